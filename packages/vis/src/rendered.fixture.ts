import { createRequire } from 'node:module'
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { Resvg } from '@resvg/resvg-js'
import { drawScene } from './canvas/index.js'
import type { Scene } from './figures/index.js'

const require = createRequire(import.meta.url)

/** The files of the font that pictures are set in. */
export const FONTS = { 400: '400Regular', 600: '600SemiBold' } as const
export const fontFile = (weight: keyof typeof FONTS): string =>
  require.resolve(`@expo-google-fonts/inter/${FONTS[weight]}/Inter_${FONTS[weight]}.ttf`)

for (const weight of [400, 600] as const) GlobalFonts.registerFromPath(fontFile(weight), 'Inter')

/** Pixels of a picture: red, green, blue and alpha, row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** An SVG document as resvg draws it. */
export function bySvg(svg: string, ratio = 1): Pixels {
  const { width, height, pixels } = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ratio },
    font: { fontFiles: [fontFile(400), fontFile(600)], loadSystemFonts: false, defaultFontFamily: 'Inter' },
  }).render()
  return { width, height, data: new Uint8ClampedArray(pixels) }
}

/** A picture as a canvas in Node draws it. */
export function byCanvas(scene: Scene, ratio = 1): Pixels {
  const [width, height] = [scene.width * ratio, scene.height * ratio]
  const context = createCanvas(width, height).getContext('2d')
  drawScene(context, scene, { pixelRatio: ratio })
  return { width, height, data: context.getImageData(0, 0, width, height).data }
}

/** A context that measures text in the font of the pictures. */
export const measuring = (): SKRSContext2D => createCanvas(1, 1).getContext('2d')

/** How far two pictures of one size are apart: the mean difference of a channel, and the share of pixels that differ by more than a quarter. */
export function difference(a: Pixels, b: Pixels): { mean: number; far: number } {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`${a.width} × ${a.height} and ${b.width} × ${b.height} are different sizes`)
  let [sum, far] = [0, 0]
  for (let i = 0; i < a.data.length; i += 4) {
    let most = 0
    for (let k = 0; k < 3; k++) {
      const off = Math.abs(a.data[i + k]! - b.data[i + k]!)
      sum += off
      most = Math.max(most, off)
    }
    if (most > 64) far++
  }
  const pixels = a.width * a.height
  return { mean: sum / (3 * pixels), far: far / pixels }
}
