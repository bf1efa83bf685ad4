import { describe, expect, it } from 'vitest'
import { bySvg, measuring } from '../rendered.fixture.js'
import type { Mark, Scene, TextMark } from '../scene/scene.js'
import { toSvg } from '../svg/index.js'
import { everyFigure } from './every.fixture.js'
import { densityFigure, imagesFigure, lossFigure, toData, toPixels } from './index.js'

const THEMES = ['light', 'dark'] as const
const figures = THEMES.flatMap((theme) =>
  Object.entries(everyFigure(theme)).map(([name, scene]) => ({ name, theme, scene })),
)

/** The marks of a scene with their places in it. */
function* placed(marks: readonly Mark[], x = 0, y = 0): Generator<{ mark: Mark; x: number; y: number }> {
  for (const mark of marks)
    if (mark.kind === 'group') yield* placed(mark.marks, x + mark.x, y + mark.y)
    else yield { mark, x, y }
}

interface Box {
  text: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Where a scene's texts stand, as the font that they are set in measures them. */
function boxesOf(scene: Scene): Box[] {
  const context = measuring()
  return [...placed(scene.marks)]
    .filter((found): found is { mark: TextMark; x: number; y: number } => found.mark.kind === 'text')
    .map(({ mark, x, y }) => {
      context.font = `${mark.weight ?? 400} ${mark.size}px Inter`
      const { width } = context.measureText(mark.text)
      const before = mark.anchor === 'middle' ? width / 2 : mark.anchor === 'end' ? width : 0
      const [a, b] = [x + mark.x, y + mark.y]
      const [up, down] = [0.75 * mark.size, 0.2 * mark.size]
      const box = mark.rotate
        ? // upright to the left: what runs along the line runs upwards
          { left: a - up, right: a + down, top: b - (width - before), bottom: b + before }
        : { left: a - before, right: a - before + width, top: b - up, bottom: b + down }
      return { text: mark.text, ...box }
    })
}

/** Every opening tag has its closing one. */
function wellFormed(svg: string): boolean {
  const open: string[] = []
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false
    } else if (!self) open.push(name!)
  }
  return open.length === 0
}

describe.each(figures)('$name, $theme', ({ scene }) => {
  it('is a well-formed document that names itself, without a broken number', () => {
    const svg = toSvg(scene)
    expect(wellFormed(svg)).toBe(true)
    expect(svg.replace(/href="[^"]*"/g, '')).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/)
    expect(svg).not.toMatch(/ id="|clip-path|url\(/)
  })

  it('has its texts within it, and none over another', () => {
    const boxes = boxesOf(scene)
    for (const { text, left, right, top, bottom } of boxes) {
      expect(left, `${text} begins within`).toBeGreaterThanOrEqual(4)
      expect(right, `${text} ends within`).toBeLessThanOrEqual(scene.width - 2)
      expect(top, `${text} is below the top`).toBeGreaterThanOrEqual(4)
      expect(bottom, `${text} is above the bottom`).toBeLessThanOrEqual(scene.height - 2)
    }
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
        expect(apart, `“${a.text}” and “${b.text}”`).toBe(true)
      }
    })
  })

  it('has its panels within it, and finds points again', () => {
    for (const panel of scene.panels) {
      const { x, y, width, height, domain } = panel
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(scene.width)
      expect(y + height).toBeLessThanOrEqual(scene.height)
      const point = [0.3 * domain.x[0] + 0.7 * domain.x[1], 0.8 * domain.y[0] + 0.2 * domain.y[1]]
      const [px, py] = toPixels(panel, point)
      const back = toData(panel, x + px!, y + py!)!
      expect(back[0]).toBeCloseTo(point[0]!, 8)
      expect(back[1]).toBeCloseTo(point[1]!, 8)
      expect(toData(panel, x - 1, y)).toBeUndefined()
    }
  })
})

describe('the same figure in two themes', () => {
  it('differs in its colours only', () => {
    const [light, dark] = THEMES.map((theme) => everyFigure(theme))
    for (const name of Object.keys(light!).filter((n) => n !== 'images')) {
      const plain = (scene: Scene): string => toSvg(scene).replace(/#[0-9a-f]{6}|href="[^"]*"/g, '')
      expect(plain(dark![name]!)).toBe(plain(light![name]!))
    }
  })
})

describe('texts', () => {
  it('are escaped, and lose what XML forbids', () => {
    const svg = toSvg(lossFigure([{ label: 'a <b> & "c"\u0000', x: [0, 1], y: [1, 2] }], { title: '<script>' }))
    expect(svg).toContain('>a &lt;b&gt; &amp; &quot;c&quot;</text>')
    expect(svg).toContain('<title>&lt;script&gt;</title>')
    expect(wellFormed(svg)).toBe(true)
  })
})

describe('what is not finite', () => {
  it('leaves a gap in a curve, and no mark', () => {
    const x = Array.from({ length: 40 }, (_, i) => i)
    const y = x.map((i) => (i === 20 ? Number.NaN : i === 30 ? Infinity : 3 - i / 20))
    const svg = toSvg(lossFigure([{ label: 'loss', x, y, halfLife: 0 }]))
    expect(svg).not.toMatch(/NaN|Infinity/)
    const line = [...svg.matchAll(/d="([^"]+)"/g)].map(([, d]) => d!).find((d) => d.split('M').length === 4)
    expect(line).toBeDefined()
  })

  it('is a picture still without any finite loss', () => {
    expect(toSvg(lossFigure([{ label: 'loss', x: [0, 1], y: [Number.NaN, Number.NaN] }]))).not.toMatch(/NaN/)
    expect(toSvg(lossFigure([{ label: 'none yet', x: [], y: [] }], { entropy: 1 }))).not.toMatch(/NaN|Infinity/)
  })

  it('far away does not break renderers', () => {
    const svg = toSvg(lossFigure([{ label: 'loss', x: [0, 1, 2, 3], y: [1, 1e30, 1, 1] }], { range: [0, 2] }))
    expect(bySvg(svg).width).toBe(640)
  })

  it('flat is a picture too', () => {
    const flat = { x: [0, 1], y: [0, 1], columns: 2, rows: 2, values: new Float64Array(4) } as const
    expect(toSvg(densityFigure(flat))).not.toMatch(/NaN|Infinity/)
  })
})

describe('images', () => {
  const [h, w] = [3, 4]
  const levels = Array.from({ length: 5 * h * w }, (_, i) => Math.floor(256 * Math.abs(Math.sin(i))))

  it('have every level of every image in its place, dark for much', () => {
    const { data, width } = bySvg(toSvg(imagesFigure(levels, { shape: [h, w], columns: 3 })))
    const at = (x: number, y: number): number => data[4 * (y * width + x)]!
    for (let k = 0; k < 5; k++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < w; j++) {
          const x = 16 + (k % 3) * (2 * w + 6) + 2 * j
          const y = 44 + Math.floor(k / 3) * (2 * h + 6) + 2 * i
          for (const [dx, dy] of [
            [0, 0],
            [1, 1],
          ] as const)
            expect(at(x + dx, y + dy), `image ${k}, ${i}, ${j}`).toBe(255 - levels[(k * h + i) * w + j]!)
        }
  })

  it('take what lies outside the levels as the nearest', () => {
    expect(imagesFigure([-4, 127.6, 300], { shape: [1, 3] })).toEqual(imagesFigure([0, 128, 255], { shape: [1, 3] }))
  })

  it('are as near to a square as may be', () => {
    const size = (count: number) => {
      const { width, height } = imagesFigure(levels.slice(0, count * h * w), { shape: [h, w] })
      return [width, height]
    }
    expect(size(1)).toEqual([32 + 8, 60 + 6])
    expect(size(4)).toEqual([32 + 22, 60 + 18])
    expect(size(5)).toEqual([32 + 36, 60 + 18])
  })

  it('are refused where they are none, and named where they hold a NaN', () => {
    expect(() => imagesFigure([1, 2, 3], { shape: [2, 2] })).toThrow('expected a multiple of 4 values')
    expect(() => imagesFigure([], { shape: [2, 2] })).toThrow('whole images')
    expect(() => imagesFigure([1], { shape: [1, 1], columns: 0 })).toThrow('columns must be')
    expect(() => imagesFigure([1, 2, Number.NaN, 4], { shape: [1, 2] })).toThrow('image 1 has')
  })
})
