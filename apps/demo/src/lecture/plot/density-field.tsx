import { useEffect, useMemo, useState } from 'preact/hooks'
import { type ColourToken, channels, dark } from '../../app/theme.js'
import type { Point } from '../maths/linear.js'
import { UNSPOKEN, useScales } from './plane.js'

/**
 * A function of the plane as a tint of one colour, from nothing at 0 to full at `top`; several lie over one another. `depends` says when it
 * must be computed anew.
 */
export function DensityField({
  f,
  values,
  token,
  top,
  depends,
  n = 72,
}: {
  f?: (x: Point) => number
  /** Or its values on the grid of n by n cells, row by row from the top left. */
  values?: ArrayLike<number>
  token: ColourToken
  top: number
  depends: string
  n?: number
}) {
  const { x, y, domainX, domainY } = useScales()
  const grid = useMemo(() => {
    if (values) return values
    const out = new Float32Array(n * n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        out[i * n + j] = f!([
          domainX[0] + ((j + 0.5) / n) * (domainX[1] - domainX[0]),
          domainY[1] - ((i + 0.5) / n) * (domainY[1] - domainY[0]),
        ])
    return out
  }, [values, depends, n, domainX[0], domainX[1], domainY[0], domainY[1]])

  const [address, setAddress] = useState('')
  const theme = dark.value
  useEffect(() => {
    const canvas = document.createElement('canvas')
    canvas.width = n
    canvas.height = n
    const context = canvas.getContext('2d')!
    const image = context.createImageData(n, n)
    const [r, g, b] = channels(token)
    for (let i = 0; i < n * n; i++) {
      const share = Math.min(1, Math.max(0, grid[i]! / top))
      image.data.set([r, g, b, 215 * share ** 0.8], 4 * i)
    }
    context.putImageData(image, 0, 0)
    setAddress(canvas.toDataURL())
  }, [grid, token, top, theme, n])

  if (!address) return null
  const [left, right] = [x(domainX[0]), x(domainX[1])]
  const [upper, lower] = [y(domainY[1]), y(domainY[0])]
  return (
    <image
      href={address}
      x={left}
      y={upper}
      width={right - left}
      height={lower - upper}
      preserveAspectRatio="none"
      {...UNSPOKEN}
    />
  )
}
