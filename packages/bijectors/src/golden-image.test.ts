import { readFileSync } from 'node:fs'
import { type Bijector, type NestedNumbers, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  affine,
  Emerging,
  FunctionConditioner,
  ImageCoupling,
  type ImageMask,
  imageCouplingSizes,
  PeriodicConvolution,
  Squeeze,
} from './index.js'

interface Case {
  layer: string
  source: string
  parameters: Record<string, unknown>
  x: NestedNumbers
  y: NestedNumbers
  logDet: number[]
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/bijectors-image.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

function withValues<B extends Bijector>(layer: B, values: Record<string, NestedNumbers>): B {
  layer.init()
  const slots = layer.slots()
  for (const [name, value] of Object.entries(values)) slots.get(name)!.assign(tensor(value))
  return layer
}

type Convolution = Record<string, NestedNumbers[]> & { condition: number }
const sides = (weights: NestedNumbers[]): number => weights.length

/** What maps like the case, for images of a shape: parameters are those of the formula. */
const makers: Record<string, (parameters: never, shape: number[]) => Bijector> = {
  squeeze: ({ factor }: { factor: number }) => new Squeeze({ factor }),
  'image-coupling': (
    p: { mask: ImageMask; flip: boolean; shift: NestedNumbers; logScale: NestedNumbers },
    shape: number[],
  ) => {
    const options = { shape, family: affine({ bound: Number.POSITIVE_INFINITY }), mask: p.mask, flip: p.flip }
    const apply = (): tf.Tensor => tf.concat([tensor(p.shift), tensor(p.logScale)], 3)
    return new ImageCoupling({
      ...options,
      conditioner: new FunctionConditioner({ ...imageCouplingSizes(options), apply }),
    })
  },
  emerging: ({ condition: _, ...values }: Convolution, shape: number[]) =>
    withValues(new Emerging({ shape, kernel: sides(values.k!) }), values),
  'periodic-convolution': ({ condition: _, ...values }: Convolution, shape: number[]) =>
    withValues(new PeriodicConvolution({ shape, kernel: sides(values.weights!) }), values),
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, within: number): void => {
  expect(actual).toHaveLength(expected.length)
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!), `at ${i}`).toBeLessThanOrEqual(within * (1 + Math.abs(expected[i]!)))
}

describe('golden values of image layers', () => {
  it.each(cases.map((value, i) => ({ name: `${value.layer} ${i} of ${value.source}`, ...value })))(
    '$name',
    (golden) => {
      withBackend('float64', () => {
        tf.tidy(() => {
          const x = tensor(golden.x)
          const y = tensor(golden.y)
          const layer = makers[golden.layer]!(golden.parameters as never, x.shape.slice(1))
          const there = layer.forwardAndLogDet(x)
          close(there.value.dataSync(), y.dataSync(), 1e-9)
          close(there.logDet.dataSync(), golden.logDet, 1e-9)
          const back = layer.inverseAndLogDet(y)
          close(back.value.dataSync(), x.dataSync(), 1e-9)
          close(
            back.logDet.dataSync(),
            golden.logDet.map((l) => -l),
            1e-9,
          )
          const { condition } = golden.parameters
          if (layer instanceof Emerging)
            expect(layer.conditioning({ iterations: 1000 }) / (condition as number)).toBeCloseTo(1, 3)
          layer.dispose()
        })
      })
    },
  )

  it('are there', () => {
    expect(new Set(cases.map(({ layer }) => layer))).toEqual(new Set(Object.keys(makers)))
  })
})
