import { describe, expect, it } from 'vitest'
import { everyFigure } from '../figures/every.fixture.js'
import { byCanvas, bySvg, difference } from '../rendered.fixture.js'
import { colourAt } from '../scene/palette.js'
import type { Scene } from '../scene/scene.js'
import { light } from '../scene/theme.js'
import { toSvg } from '../svg/index.js'

describe.each(['light', 'dark'] as const)('every figure, %s', (theme) => {
  it.each(Object.entries(everyFigure(theme)))('%s is the same as SVG and on a canvas', (_, scene) => {
    // what differs are the edges of letters and lines, by antialiasing
    const { mean, far } = difference(bySvg(toSvg(scene)), byCanvas(scene))
    expect(mean).toBeLessThan(2)
    expect(far).toBeLessThan(0.01)
  })
})

it('draws at the pixels of a device', () => {
  const { density } = everyFigure('light')
  const { mean, far } = difference(bySvg(toSvg(density!), 2), byCanvas(density!, 2))
  expect(mean).toBeLessThan(2)
  expect(far).toBeLessThan(0.01)
})

/** A scene of a field alone. */
const field = (columns: number, rows: number, values: number[], x = 0): Scene => ({
  width: 40,
  height: 20,
  background: '#ffffff',
  font: 'Inter',
  title: 'field',
  description: '',
  panels: [],
  marks: [
    {
      kind: 'group',
      x,
      y: 0,
      marks: [
        {
          kind: 'field',
          x: 0,
          y: 0,
          width: 40 - x,
          height: 20,
          columns,
          rows,
          values: Float32Array.from(values),
          palette: light.sequential,
        },
      ],
    },
  ],
})

describe('fields', () => {
  const hex = (pixels: ReturnType<typeof byCanvas>, x: number, y: number): string =>
    `#${[0, 1, 2].map((k) => pixels.data[4 * (y * pixels.width + x) + k]!.toString(16).padStart(2, '0')).join('')}`

  it('have their colours at the centres of cells, the upper row first, in a PNG and on a canvas', () => {
    const scene = field(2, 2, [0, 0.25, 0.5, 1])
    for (const pixels of [byCanvas(scene), bySvg(toSvg(scene))])
      [
        [9, 4, 0],
        [30, 4, 0.25],
        [9, 15, 0.5],
        [30, 15, 1],
      ].forEach(([x, y, v]) => {
        const [r, g, b] = [0, 1, 2].map((k) => pixels.data[4 * (y! * 40 + x!) + k]!)
        const expected = colourAt(light.sequential, v!)
        const near = [1, 3, 5].map((k) => Number.parseInt(expected.slice(k, k + 2), 16))
        ;[r, g, b].forEach((channel, k) => {
          expect(Math.abs(channel! - near[k]!)).toBeLessThanOrEqual(8)
        })
      })
  })

  it('stand where their group stands, and take NaN as nothing', () => {
    const pixels = byCanvas(field(1, 1, [1], 30))
    expect(hex(pixels, 20, 10)).toBe('#ffffff')
    expect(hex(pixels, 35, 10)).toBe(colourAt(light.sequential, 1))
    expect(hex(byCanvas(field(1, 1, [Number.NaN])), 20, 10)).toBe(colourAt(light.sequential, 0))
  })

  it('are exactly alike in a PNG and on a canvas', () => {
    const values = Array.from({ length: 63 }, (_, i) => Math.abs(Math.sin(i)))
    const scene = field(9, 7, values)
    expect([...bySvg(toSvg(scene)).data]).toEqual([...byCanvas(scene).data])
  })
})
