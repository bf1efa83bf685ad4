import { effect } from '@preact/signals'
import type { ComponentChildren, HTMLAttributes } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import './card.css'

/** A canvas ready to be drawn on: lengths are CSS pixels whatever the screen's density. */
export interface Surface {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  /** Screen pixels in a CSS pixel. */
  readonly ratio: number
}

/**
 * A canvas that fills its parent's width, drawn anew, once a frame at most, whenever its size, the theme or a signal that `draw` reads
 * changes. `label` is what screen readers say in its place.
 */
export function Canvas({
  draw,
  aspect = 1,
  label,
  children,
  redraw,
  class: more = '',
  ...events
}: {
  draw: (surface: Surface) => void
  /** Width over height. */
  aspect?: number
  label: string
  /** What lies above the picture: handles, text. */
  children?: ComponentChildren
  /** Anything else the picture depends on; drawn anew when one of them changes. */
  redraw?: readonly unknown[]
  class?: string
} & Pick<
  HTMLAttributes<HTMLDivElement>,
  'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerLeave' | 'onPointerCancel' | 'style'
>) {
  const ref = useRef<HTMLCanvasElement>(null)
  const drawing = useRef(draw)
  drawing.current = draw
  const again = useRef(() => {})

  useEffect(() => {
    const canvas = ref.current!
    const context = canvas.getContext('2d')!
    let frame = 0
    let stop = (): void => {}
    const paint = (): void => {
      frame = 0
      stop()
      const { clientWidth: width, clientHeight: height } = canvas
      if (width === 0 || height === 0) return
      const ratio = devicePixelRatio || 1
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
      let first = true
      stop = effect(() => {
        if (!first) {
          // a signal has changed: draw in the next frame, and listen anew there
          schedule()
          return
        }
        first = false
        context.setTransform(ratio, 0, 0, ratio, 0, 0)
        context.clearRect(0, 0, width, height)
        drawing.current({ context, width, height, ratio })
      })
    }
    const schedule = (): void => {
      frame ||= requestAnimationFrame(paint)
    }
    again.current = schedule
    const observer = new ResizeObserver(schedule)
    observer.observe(canvas)
    schedule()
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      stop()
    }
  }, [])

  useEffect(() => again.current(), redraw ?? [draw])

  return (
    <div class={`canvas ${more}`} {...events} style={{ aspectRatio: String(aspect), ...(events.style as object) }}>
      <canvas ref={ref} role="img" aria-label={label} />
      {children}
    </div>
  )
}
