import type { KernelDefinition } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { normalQuantile } from './normal.js'
import { threefry } from './threefry.js'

/** What is drawn: uniform on the open interval (0, 1), or standard normal. */
export type Draw = 'uniform' | 'normal'

/** `count` draws for a key and a stream: pure, in double arithmetic, every value a float32. */
export function draw(kind: Draw, k0: number, k1: number, s0: number, s1: number, count: number): Float32Array {
  const out = new Float32Array(count)
  const words = new Uint32Array(2)
  threefry(k0, k1, s0, s1, words)
  const a = words[0]!
  const b = words[1]!
  if (kind === 'uniform') {
    for (let i = 0; i < count; i += 2) {
      threefry(a, b, i >>> 1, 0, words)
      // 23 bits and a half: exact in float32, never 0 or 1
      out[i] = ((words[0]! >>> 9) + 0.5) * 2 ** -23
      if (i + 1 < count) out[i + 1] = ((words[1]! >>> 9) + 0.5) * 2 ** -23
    }
  } else {
    for (let i = 0; i < count; i++) {
      threefry(a, b, i, 1, words)
      out[i] = normalQuantile((words[0]! * 2 ** 20 + (words[1]! >>> 12) + 0.5) * 2 ** -52)
    }
  }
  return out
}

/** The kernel that draws: its key is an input, so that a recorded program can be given another. */
export const random: KernelDefinition<{ shape: number[]; kind: Draw; s0: number; s1: number }> = {
  name: 'EbbflowRandom',
  compute: ([key], { shape, kind, s0, s1 }) => ({
    values: draw(kind, key!.values[0]!, key!.values[1]!, s0, s1, sizeOf(shape)),
    shape,
  }),
}
