import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { clamped } from './clamp.js'
import type { BackendWasm } from './heap.js'
import { simdOf } from './simd.js'

const values = (n: number, shift: number): Float32Array =>
  Float32Array.from({ length: n }, (_, k) => (k % 7 === 3 ? Number.NaN : Math.sin(k + shift) * 3))

describe.each([['plain'], ['shared']])('SIMD loops over %s memory', (kind) => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: kind === 'shared' })
  // what the backend's module shows of its heap
  const wasm = { wasmMemory: memory, HEAPU8: new Uint8Array(memory.buffer) }
  const simd = simdOf({ wasm } as unknown as BackendWasm)!
  const heap = new Float32Array(memory.buffer)

  it.each([0, 1, 3, 15, 16, 17, 100])('computes %i floats and no more', (n) => {
    const [a, b] = [values(n, 0), values(n, 1)]
    const [x, y, o] = [1, 301, 601]
    heap.set(a, x)
    heap.set(b, y)
    const expected: [string, (at: number) => void, (p: number, q: number) => number][] = [
      ['max', (at) => simd.max(x * 4, y * 4, at, n), Math.max],
      ['min', (at) => simd.min(x * 4, y * 4, at, n), Math.min],
      ['clamp', (at) => simd.clamp(x * 4, at, n, -1, 1.5), (p) => Math.min(Math.max(p, -1), 1.5)],
    ]
    for (const [name, compute, by] of expected) {
      heap.fill(9, o - 1, o + n + 1)
      compute(o * 4)
      expect([name, ...heap.subarray(o - 1, o + n + 1)]).toEqual([name, 9, ...a.map((p, k) => by(p, b[k]!)), 9])
    }
  })
})

it('without them the same numbers come from JavaScript', () => {
  const backend = tf.backend() as unknown as BackendWasm
  const blind = Object.create(backend, {
    wasm: { value: Object.create(backend.wasm, { asm: { value: undefined }, wasmMemory: { value: undefined } }) },
  }) as BackendWasm
  expect(simdOf(backend)).toBeDefined()
  expect(simdOf(blind)).toBeUndefined()
  const x = tf.tensor1d(values(37, 2))
  const [fast, slow] = [backend, blind].map((which) => {
    const out = clamped(which, x, -1, 1)
    const read = [...(backend.readSync(out.dataId) as Float32Array)]
    backend.disposeData(out.dataId)
    return read
  })
  expect(slow).toEqual(fast)
  x.dispose()
})
