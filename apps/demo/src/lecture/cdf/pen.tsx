import { useRef, useState } from 'preact/hooks'
import { show } from '../frame/show.js'
import { useScales } from '../plot/plane.js'
import './cdf.css'

/**
 * Draws heights by pointer or by keyboard. What is drawn is scaled to a mass of 1 afterwards; a stroke goes by the scale that it began with,
 * so that the curve does not run away under the pen.
 */
export function Pen({
  heights,
  onDraw,
  top,
  scale,
}: {
  /** From 0 to 1. */
  heights: readonly number[]
  onDraw: (heights: readonly number[]) => void
  /** The density at the upper edge. */
  top: number
  /** The densities that the heights stand for. */
  scale: readonly number[]
}) {
  const { x, y, at, domainX } = useScales()
  const [pen, setPen] = useState(Math.floor(heights.length / 2))
  const stroke = useRef<{ index: number; height: number; unit: number } | undefined>(undefined)
  const step = (domainX[1] - domainX[0]) / (heights.length - 1)

  const place = (event: PointerEvent, unit: number): { index: number; height: number; unit: number } => {
    const [u, v] = at(event)
    const index = Math.min(heights.length - 1, Math.max(0, Math.round((u - domainX[0]) / step)))
    return { index, height: Math.min(1, Math.max(0, v * unit)), unit }
  }
  const put = (to: { index: number; height: number; unit: number }): void => {
    const from = stroke.current ?? to
    const next = [...heights]
    const [a, b] = from.index <= to.index ? [from, to] : [to, from]
    for (let i = a.index; i <= b.index; i++) {
      const share = b.index === a.index ? 1 : (i - a.index) / (b.index - a.index)
      next[i] = b === from && a.index === b.index ? to.height : a.height + share * (b.height - a.height)
    }
    next[to.index] = to.height
    stroke.current = to
    setPen(to.index)
    onDraw(next)
  }

  return (
    <g
      class="handle pen"
      role="slider"
      tabindex={0}
      aria-label="The pen"
      aria-valuenow={Number(heights[pen]!.toFixed(3))}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuetext={`at x ${show(domainX[0] + pen * step)}, height ${show(heights[pen]!)}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.currentTarget.focus()
        // heights per density, as the picture shows them now
        const tallest = scale.indexOf(Math.max(...scale))
        const unit = heights[tallest]! / scale[tallest]!
        stroke.current = undefined
        put(place(event, unit))
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId) && stroke.current)
          put(place(event, stroke.current.unit))
      }}
      onPointerUp={() => {
        stroke.current = undefined
      }}
      onKeyDown={(event) => {
        const by = event.shiftKey ? 0.2 : 0.05
        const last = heights.length - 1
        if (event.key === 'ArrowLeft') setPen(Math.max(0, pen - 1))
        else if (event.key === 'ArrowRight') setPen(Math.min(last, pen + 1))
        else if (event.key === 'Home') setPen(0)
        else if (event.key === 'End') setPen(last)
        else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
          const change = event.key === 'ArrowUp' ? by : -by
          onDraw(heights.map((h, i) => (i === pen ? Math.min(1, Math.max(0, h + change)) : h)))
        } else return
        event.preventDefault()
      }}
    >
      <rect
        x={x(domainX[0])}
        y={y(top)}
        width={x(domainX[1]) - x(domainX[0])}
        height={y(0) - y(top)}
        fill="transparent"
      />
      <circle class="handle-dot" cx={x(domainX[0] + pen * step)} cy={y(scale[pen]!)} r="6" fill="var(--accent)" />
    </g>
  )
}
