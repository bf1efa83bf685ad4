import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../shape.js'
import { normalQuantile } from './normal.js'
import { threefry } from './threefry.js'

/** Name of the kernel that draws random numbers. */
export const RANDOM = 'EbbflowRandom'

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

/** Registers the kernel for a backend: its key is an input, so that a recorded program can be given another. */
export function installRandom(backendName: string): void {
  if (tf.getKernel(RANDOM, backendName)) return
  tf.registerKernel({
    kernelName: RANDOM,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { shape, kind, s0, s1 } = attrs as unknown as { shape: number[]; kind: Draw; s0: number; s1: number }
      const store = backend as tf.KernelBackend
      const key = store.readSync(inputs.key!.dataId) as Int32Array
      const values = draw(kind, key[0]!, key[1]!, s0, s1, sizeOf(shape))
      return { dataId: store.write(values, shape, 'float32'), shape, dtype: 'float32' }
    },
  })
}
