import { readFileSync } from 'node:fs'
import { type NestedNumbers, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { glow } from './glow.js'

interface Case {
  recipe: string
  source: string
  options: { image: number[]; levels: number; steps: number; width: number }
  parameters: Record<string, NestedNumbers>
  x: NestedNumbers
  z: NestedNumbers
  logProb: number[]
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/flows-image.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(actual).toHaveLength(expected.length)
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!), `at ${i}`).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected[i]!)))
}

describe('golden values of whole flows of images', () => {
  it.each(cases.map((golden) => [`${golden.recipe} of ${golden.source}`, golden] as const))('%s', (_, golden) => {
    withBackend('float64', () => {
      tf.tidy(() => {
        const flow = glow({ ...golden.options, lu: false, splitPriors: false, alpha: 0 }).init()
        const slots = flow.slots()
        expect([...slots.keys()].sort()).toEqual(Object.keys(golden.parameters).sort())
        for (const [path, value] of Object.entries(golden.parameters)) slots.get(path)!.assign(tensor(value))
        const [x, z] = [tensor(golden.x), tensor(golden.z)]
        close(flow.toLatent(x).dataSync(), z.dataSync())
        close(flow.fromLatent(z).dataSync(), x.dataSync())
        close(flow.logProb(x).dataSync(), golden.logProb)
        flow.dispose()
      })
    })
  })

  it('are there', () => {
    expect(cases.map(({ recipe }) => recipe)).toEqual(['glow'])
  })
})
