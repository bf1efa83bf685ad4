import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gradients, tensor } from '../index.js'
import { type ScanOptions, withLoopHooks } from './loops.js'
import { scan } from './scan.js'

const numbers = (x: tf.Tensor): number[] => [...x.dataSync()]

describe('scan', () => {
  const parts = [
    [1, 2],
    [3, 4],
    [5, 6],
  ]
  /** x ↦ 2x + part, and the sum of all x before. */
  const doubled = (along: tf.Tensor, options: Partial<ScanOptions> = {}) =>
    scan({
      along: [along],
      state: [tensor([1, 1])],
      sums: [[]],
      step: ([x], [part]) => ({ state: [tf.add(tf.mul(x!, 2), part!)], terms: [tf.sum(x!)] }),
      ...options,
    })

  it('takes a step for each part, from either end, and keeps what was before each', () => {
    tf.tidy(() => {
      const along = tensor(parts)
      const there = doubled(along, { trail: true })
      expect(numbers(there.state[0]!)).toEqual([23, 30])
      expect(there.trail[0]!.shape).toEqual([3, 2])
      expect(numbers(there.trail[0]!)).toEqual([1, 1, 3, 4, 9, 12])
      expect(numbers(there.sums[0]!)).toEqual([30])
      const back = doubled(along, { reverse: true, trail: true })
      expect(numbers(back.state[0]!)).toEqual([35, 42])
      expect(numbers(back.trail[0]!)).toEqual([1, 1, 7, 8, 17, 20])
      expect(doubled(along).trail).toEqual([])
    })
  })

  it('takes no step along nothing, and leaves nothing behind', () => {
    tf.tidy(() => {
      const { state, sums, trail } = doubled(tf.zeros([0, 2]), { trail: true })
      expect(numbers(state[0]!)).toEqual([1, 1])
      expect(numbers(sums[0]!)).toEqual([0])
      expect(trail[0]!.shape).toEqual([0, 2])
    })
    const along = tensor(parts)
    const start = tensor([1, 1])
    const { numTensors, numDataBuffers } = tf.memory()
    const found = scan({ along: [along], state: [start], step: ([x], [part]) => ({ state: [tf.add(x!, part!)] }) })
    expect(tf.memory().numTensors).toBe(numTensors + 1)
    tf.dispose(found.state)
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers)
    tf.dispose([along, start])
  })

  it('lets no gradient through, and steps that do not fit throw', () => {
    tf.tidy(() => {
      const along = tensor(parts)
      const [gradient] = gradients(() => tf.sum(tf.add(doubled(along).state[0]!, along)), [along])
      expect(numbers(gradient!)).toEqual([1, 1, 1, 1, 1, 1])
      expect(() => doubled(along, { step: ([x]) => ({ state: [tf.sum(x!)], terms: [tf.sum(x!)] }) })).toThrow(/state/)
      expect(() => doubled(along, { step: ([x]) => ({ state: [x!] }) })).toThrow(/a term for each sum/)
      expect(() => doubled(along, { along: [along, tf.zeros([2])] })).toThrow(/as many steps/)
      expect(() => doubled(along, { along: [] })).toThrow(/something to go along/)
    })
  })

  it('is seen by a hook', () => {
    tf.tidy(() => {
      const seen: ScanOptions[] = []
      const along = tensor(parts)
      const scanned = (options: ScanOptions, run: (options: ScanOptions) => ReturnType<typeof scan>) => {
        seen.push(options)
        return run({ ...options, reverse: true })
      }
      const { state } = withLoopHooks({ scan: scanned }, () => doubled(along))
      expect(numbers(state[0]!)).toEqual([35, 42])
      expect(seen[0]!.along).toEqual([along])
    })
  })
})
