import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Rng, useBackend } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compile, compileWith } from '../compile.js'
import { openThreads } from '../open-threads.js'
import type { ThreadPool } from './pool.js'

beforeAll(() => useBackend('wasm'))

const pools: ThreadPool[] = []
const open = async (count: number, patience?: number): Promise<ThreadPool> => {
  const pool = await openThreads({ count, ...(patience !== undefined && { patience }) })
  pools.push(pool)
  return pool
}
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
})

const values = (x: tf.Tensor): number[] => tf.tidy(() => Array.from(x.dataSync() as Float32Array))
const flowOf = () => nsf({ dimensions: 2, layers: 2, hidden: [12, 12] }).init({ seed: 1 })

describe('threads', () => {
  test('give the same bits as one, for any number of rows, and go on after close', async () => {
    const flow = flowOf()
    const density = (x: tf.Tensor): tf.Tensor => flow.logProb(x)
    const all = Rng.seed(2).normal([1000, 2])
    const alone = compile(density, all)
    for (const count of [1, 2, 3]) {
      const threads = await open(count)
      expect(threads.count).toBe(count)
      const shared = compileWith({ threads }, density, all)
      for (const rows of [1, 70, 999, 1000]) {
        const part = tf.slice(all, 0, rows)
        expect(values(shared(part))).toEqual(values(alone(part)))
        // parameters are read anew by all
        tf.tidy(() => {
          for (const slot of flow.trainable().values()) slot.assign(tf.mul(slot.value, 1.0078125))
        })
      }
      threads.close()
      expect(values(shared(all))).toEqual(values(alone(all)))
      shared.dispose()
    }
    all.dispose()
    flow.dispose()
  })

  test('hold several programs, and forget those that are disposed of', async () => {
    const threads = await open(2)
    const x = Rng.seed(1).normal([300, 3])
    const programs = Array.from({ length: 5 }, (_, k) =>
      compileWith({ threads }, (a: tf.Tensor) => tf.mul(a, k + 2), x),
    )
    for (const round of [0, 1])
      for (const [k, program] of programs.entries()) {
        expect(values(program(x))).toEqual(values(tf.mul(x, k + 2)))
        if (round === 0 && k % 2 === 1) program.dispose()
      }
  })

  test('that stop in the midst of their work are an error, for this call and all later ones, and no hang', async () => {
    const threads = await open(2, 300)
    const x = Rng.seed(1).normal([300, 3])
    const square = compileWith({ threads }, (a: tf.Tensor) => tf.square(a), x)
    square(x)
    // as if by another hand, with no word to its pool
    threads.hands[0]!.terminate()
    for (let i = 0; i < 2; i++) expect(() => square(x)).toThrow(expect.objectContaining({ code: 'thread' }))
    expect(() => compileWith({ threads }, (a: tf.Tensor) => tf.add(a, 1), x)).toThrow(/a thread has failed/)
  })

  test('that come upon an index out of its range say so', async () => {
    const threads = await open(2)
    const table = tf.tensor2d([1, 2, 3, 4], [4, 1])
    const look = compileWith({ threads }, (i: tf.Tensor) => tf.gather(table, i), tf.zeros([200], 'int32'))
    expect(values(look(tf.ones([200], 'int32')))).toEqual(Array(200).fill(2))
    // in the half of the other thread
    const wrong = tf.tensor1d(
      Int32Array.from({ length: 200 }, (_, i) => (i === 150 ? 7 : 0)),
      'int32',
    )
    expect(() => look(wrong)).toThrow(expect.objectContaining({ code: 'thread' }))
  })

  test('are counted from 1', async () => {
    await expect(openThreads({ count: 0 })).rejects.toThrow(/counted from 1/)
    expect((await open(1)).count).toBe(1)
  })

  test('do not keep Node from ending', { timeout: 60_000 }, () => {
    const script = `import { openThreads } from '@ebbflow/compiler'
      const threads = await openThreads({ count: 2 })
      console.log(threads.count)`
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--conditions=@ebbflow/source', '--import', 'tsx', '--input-type=module', '-e', script],
      { cwd: fileURLToPath(new URL('../../../../benchmarks', import.meta.url)), encoding: 'utf8', timeout: 50_000 },
    )
    expect({ stdout, status }).toEqual({ stdout: '2\n', status: 0 })
  })
})
