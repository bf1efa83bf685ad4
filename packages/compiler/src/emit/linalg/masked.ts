import {
  add,
  type Code,
  call,
  d,
  f64,
  fillBytes,
  get,
  I32,
  i32,
  load,
  multiply,
  set,
  splatDouble,
  store,
  subtract,
  V128,
} from '../code.js'
import { range, scalar } from '../doubles.js'
import type { WasmModule } from '../module.js'
import { moved, repeat, some } from '../repeat.js'

/** Images that are solved side by side, so that a weight is read once for all of them. */
const TILE = 8
/** Bytes of a value of all images of a tile. */
const LINE = 8 * TILE

/** A convolution by a masked kernel `[size, size, c, c]` with zero padding, to be undone on images `[images, h, w, c]`. */
export interface MaskedSpec {
  readonly images: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly size: number
  readonly sees: 'before' | 'after'
}

/** Lines of a tile, which has a frame of zeros around the image. */
const linesOf = ({ h, w, c, size }: MaskedSpec): number => (h + size - 1) * (w + size - 1) * c
export const maskedScratch = (spec: MaskedSpec): number => LINE * linesOf(spec)

/**
 * The x with kernel ⋆ x = y, by substitution, pixel after pixel and channel after channel, as the engine's
 * own kernel does; parameters kernel, y, x, scratch memory, and two that it has no use for.
 */
export function maskedFunction(module: WasmModule, spec: MaskedSpec): number {
  const { images, h, w, c, size } = spec
  const half = (size - 1) / 2
  return module.function(`masked solve ${JSON.stringify(spec)}`, Array(6).fill(I32), [], (body) => {
    const [inside, outside] = [body.local(I32), body.local(I32)]
    const image = 4 * h * w * c
    const across = w + size - 1
    /** Every value of some images, and where the tile has it. */
    const values = (from: Code, value: Code): Code => [
      set(inside, add(get(3), i32(LINE * c * (half * across + half)))),
      set(outside, from),
      repeat(body, h, [
        repeat(body, w * c, [value, moved(inside, LINE), moved(outside, 4)]),
        moved(inside, LINE * c * (size - 1)),
      ]),
    ]
    const at = (r: number): Code => add(get(outside), i32(r * image))
    const tile = (count: number): Code => {
      const each = (one: (r: number) => Code): Code => Array.from({ length: count }, (_, r) => one(r))
      return [
        values(
          get(1),
          each((r) => scalar.store(get(inside), scalar.loadFloat(at(r)), 8 * r)),
        ),
        call(substitution(module, spec), get(0), get(3)),
        values(
          get(2),
          each((r) => scalar.storeFloat(at(r), scalar.load(get(inside), 8 * r))),
        ),
        moved(1, count * image),
        moved(2, count * image),
      ]
    }
    const whole = Math.floor(images / TILE)
    return [
      fillBytes(get(3), i32(0), i32(LINE * linesOf(spec))),
      whole > 0 ? repeat(body, whole, tile(TILE)) : [],
      images % TILE > 0 ? tile(images % TILE) : [],
    ]
  })
}

/** Solves for the images of a tile; parameters kernel and tile. */
function substitution(module: WasmModule, { h, w, c, size, sees }: MaskedSpec): number {
  return module.function(`substitution ${[h, w, c, size, sees]}`, [I32, I32], [], (body) => {
    const half = (size - 1) / 2
    const across = w + size - 1
    const middle = half * size + half
    const before = sees === 'before'
    const taps = Array.from({ length: size * size }, (_, k) => k).filter((k) => (before ? k < middle : k > middle))
    const [pixel, own, weight, other] = [body.local(I32), body.local(I32), body.local(I32), body.local(I32)]
    const sums = Array.from({ length: TILE / 2 }, () => body.local(V128))
    const factor = body.local(V128)
    const pixelBytes = LINE * c
    const step = before ? 1 : -1
    /** From a weight and a line on, so many of both in turn. */
    const subtracted = (first: Code, line: Code, count: Code, by: number): Code => [
      set(weight, first),
      set(other, line),
      some(body, count, [
        set(factor, splatDouble(scalar.loadFloat(get(weight)))),
        sums.map((sum, v) => set(sum, d.sub(get(sum), d.mul(get(factor), load(get(other), 16 * v))))),
        moved(weight, 4 * c * by),
        moved(other, LINE * by),
      ]),
    ]
    /** Address of a tap's weight from the first channel to `o`. */
    const weights = (k: number, i: Code, o: Code): Code =>
      add(get(0), multiply(add(multiply(add(i32(k * c), i), i32(c)), o), i32(4)))
    const last = before ? 0 : (h - 1) * across + w - 1
    const output = (done: Code): Code => {
      const o = before ? done : subtract(i32(c - 1), done)
      const first = i32(before ? 0 : c - 1)
      return [
        set(own, add(get(pixel), multiply(o, i32(LINE)))),
        sums.map((sum, v) => set(sum, load(get(own), 16 * v))),
        taps.map((k) => {
          const shift = (Math.floor(k / size) - half) * across + (k % size) - half
          return subtracted(weights(k, i32(0), o), add(get(pixel), i32(shift * pixelBytes)), i32(c), 1)
        }),
        subtracted(weights(middle, first, o), add(get(pixel), multiply(first, i32(LINE))), done, step),
        set(factor, splatDouble(scalar.div(f64(1), scalar.loadFloat(weights(middle, o, o))))),
        sums.map((sum, v) => store(get(own), d.mul(get(sum), get(factor)), 16 * v)),
      ]
    }
    return [
      set(pixel, add(get(1), i32(pixelBytes * (half * across + half + last)))),
      repeat(body, h, [
        repeat(body, w, [range(body, i32(0), i32(c), output), moved(pixel, step * pixelBytes)]),
        moved(pixel, step * pixelBytes * (size - 1)),
      ]),
    ]
  })
}
