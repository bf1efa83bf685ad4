import { describe, expect, test } from 'vitest'
import { type Driven, drive } from './driver.fixture.js'

/** What a worker of this page comes to. */
function driven(threads: number): Promise<Driven> {
  const worker = new Worker(new URL('./driver.fixture.ts', import.meta.url), { type: 'module' })
  return new Promise<Driven>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.onmessage = ({ data }) => (typeof data === 'string' ? reject(new Error(data)) : resolve(data))
    worker.postMessage(threads)
  }).finally(() => worker.terminate())
}

function expectRight({ alone, shared, eager, losses, gradientNorm }: Driven): void {
  expect(shared).toEqual(alone)
  for (const [i, value] of eager.entries()) expect(alone[i]! / value).toBeCloseTo(1, 4)
  expect(losses[1]).toEqual(losses[0])
  expect(losses[0]![2]).toBeLessThan(losses[0]![0]!)
  expect(gradientNorm).toBeCloseTo(1, 3)
}

describe('programs in a browser', () => {
  test('run on a page, whose main thread has no others', async () => {
    const result = await drive(2)
    expect(result.count).toBe(1)
    expectRight(result)
  })

  test('run on threads of a worker, to the same bits', async () => {
    expect(globalThis.crossOriginIsolated).toBe(true)
    const result = await driven(2)
    expect(result.count).toBe(2)
    expectRight(result)
  })
})
