import { Rng } from '@ebbflow/core'
import { Resvg } from '@resvg/resvg-js'
import { describe, expect, it } from 'vitest'
import { imageGrid } from './digits.js'
import { toPng } from './png.js'

const [h, w] = [3, 4]
const levels = Rng.seed(1)
  .values('uniform', 5 * h * w)
  .map((u) => Math.floor(256 * u))

/** The red of the pixel that stands at a place of the document. */
function pixels(svg: string): (x: number, y: number) => number {
  const { pixels, width } = new Resvg(svg, { fitTo: { mode: 'zoom', value: 1 } }).render()
  return (x, y) => pixels[4 * (y * width + x)]!
}

describe('imageGrid', () => {
  it('puts every level of every image in its place, dark for much', () => {
    const at = pixels(imageGrid({ title: '', images: levels, shape: [h, w], columns: 3 }))
    for (let k = 0; k < 5; k++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < w; j++) {
          const x = 16 + (k % 3) * (2 * w + 6) + 2 * j
          const y = 44 + Math.floor(k / 3) * (2 * h + 6) + 2 * i
          const level = levels[(k * h + i) * w + j]
          for (const [dx, dy] of [
            [0, 0],
            [1, 1],
          ] as const)
            expect(at(x + dx, y + dy), `image ${k}, ${i}, ${j}`).toBe(255 - level!)
        }
  })

  it('takes what lies outside the levels as the nearest', () => {
    const shape = [1, 3] as const
    const svg = imageGrid({ title: '', images: [-4, 127.6, 300], shape })
    expect(svg).toBe(imageGrid({ title: '', images: [0, 128, 255], shape }))
  })

  it('is as near to a square as may be, and becomes a PNG', () => {
    const size = (count: number): number[] => {
      const svg = imageGrid({ title: 'a < b', images: levels.slice(0, count * h * w), shape: [h, w] })
      expect(svg).toContain('a &lt; b</text>')
      const png = toPng(svg)
      expect([...png.subarray(1, 4)]).toEqual([...'PNG'].map((c) => c.charCodeAt(0)))
      const view = new DataView(png.buffer, png.byteOffset)
      return [view.getUint32(16), view.getUint32(20)]
    }
    expect(size(1)).toEqual([2 * (32 + 8), 2 * (60 + 6)])
    expect(size(4)).toEqual([2 * (32 + 22), 2 * (60 + 18)])
    expect(size(5)).toEqual([2 * (32 + 36), 2 * (60 + 18)])
  })

  it('refuses what is not images, and names the one with a NaN', () => {
    expect(() => imageGrid({ title: '', images: [1, 2, 3], shape: [2, 2] })).toThrow('expected a multiple of 4 values')
    expect(() => imageGrid({ title: '', images: [], shape: [2, 2] })).toThrow('whole images')
    expect(() => imageGrid({ title: '', images: [1], shape: [1, 1], columns: 0 })).toThrow('columns must be')
    expect(() => imageGrid({ title: '', images: [1, 2, Number.NaN, 4], shape: [1, 2] })).toThrow('image 1 has')
  })
})
