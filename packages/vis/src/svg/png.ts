import { zlibSync } from 'fflate'
import type { Palette } from '../scene/scene.js'

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return ~c >>> 0
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i)
  out.set(data, 8)
  view.setUint32(8 + data.length, crc(out.subarray(4, 8 + data.length)))
  return out
}

/** A picture of palette indices, the upper row first, as a PNG file (W3C, "Portable Network Graphics", colour type 3). */
export function indexedPng(pixels: Uint8Array, width: number, height: number, palette: Palette): Uint8Array {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 3, 0, 0, 0], 8)
  // each row begins with its filter: 2 tells of differences from the row above, which are small in smooth pictures
  const lines = new Uint8Array(height * (width + 1))
  for (let r = 0; r < height; r++) {
    lines[r * (width + 1)] = 2
    for (let c = 0; c < width; c++)
      lines[r * (width + 1) + 1 + c] = pixels[r * width + c]! - (r > 0 ? pixels[(r - 1) * width + c]! : 0)
  }
  const parts = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', zlibSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Bytes as a data address. */
export function dataUrl(bytes: Uint8Array, type: string): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return `data:${type};base64,${btoa(text)}`
}
