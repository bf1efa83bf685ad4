import type { Weights } from './weights.js'

const MOST = 96

/** A picture's darkness (or, where it is mostly dark, its light) as weights: the luminance of Rec. 709, its edges' average taken away. */
export function weightsOfImage({ width, height, data }: Pick<ImageData, 'width' | 'height' | 'data'>): Weights {
  const light = Float32Array.from({ length: width * height }, (_, i) => {
    const [r, g, b, a] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!, data[4 * i + 3]! / 255]
    // what is transparent is paper
    return (a * (0.2126 * r + 0.7152 * g + 0.0722 * b)) / 255 + (1 - a)
  })
  const mean = light.reduce((sum, value) => sum + value, 0) / light.length
  const ink = light.map((value) => (mean > 0.5 ? 1 - value : value))
  const least = ink.reduce((low, value) => Math.min(low, value), 1)
  return { columns: width, rows: height, values: ink.map((value) => (value - least < 0.04 ? 0 : value - least)) }
}

/** Reads an image file, made small. */
export async function readPicture(file: Blob): Promise<Weights> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('this file is not a picture that the browser can read')
  })
  const scale = MOST / Math.max(bitmap.width, bitmap.height)
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ]
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return weightsOfImage(context.getImageData(0, 0, width, height))
}
