import {
  type Call,
  commit,
  constant,
  discard,
  EbbflowError,
  registryOf,
  type StateUpdates,
  tensor,
  valueAndGradients,
  withBackend,
} from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { BatchNorm } from './batch-norm.js'

const registry = registryOf(BatchNorm)

/** A layer whose `init` leaves it with moments that are not those of the identity. */
function seasoned(layer: BatchNorm): BatchNorm {
  const init = layer.init.bind(layer)
  layer.init = (options) => {
    init(options)
    tf.tidy(() => {
      const slots = layer.slots()
      const channels = slots.get('runningMean')!.shape
      slots.get('runningMean')!.assign(drawTensor(REALS, 'mean', channels))
      slots.get('runningVariance')!.assign(drawTensor({ lower: 0, upper: 4 }, 'variance', channels))
    })
    return layer
  }
  return layer
}

for (const dimensions of [1, 2, 5, 64])
  bijectorContract(`BatchNorm, D = ${dimensions}`, {
    make: () => seasoned(new BatchNorm({ shape: [dimensions] })),
    event: [dimensions],
    kappa: 8,
    registry,
  })
bijectorContract('BatchNorm (affine image)', {
  make: () => seasoned(new BatchNorm({ shape: [8, 8, 4], affine: true, epsilon: 1e-3 })),
  event: [8, 8, 4],
  kappa: 8,
  registry,
})

const sample = (): tf.Tensor => tf.add(tf.mul(drawTensor(REALS, 'x', [64, 2]), tensor([3, 0.25])), 5)
const moments = (x: tf.Tensor): number[][] => {
  const { mean, variance } = tf.moments(x, 0)
  return [[...mean.dataSync()], [...variance.dataSync()]]
}
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-4): void => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(within * (1 + Math.abs(expected[i]!)))
}

describe('BatchNorm', () => {
  it('normalises by the moments of the batch when training', () => {
    tf.tidy(() => {
      const layer = new BatchNorm({ shape: [2] }).init()
      const x = sample()
      const [, variance] = moments(x)
      const { value, logDet } = layer.forwardAndLogDet(x, { mode: 'train' })
      const [mean, one] = moments(value)
      close(mean!, [0, 0])
      close(one!, [1, 1], 1e-3)
      const expected = -0.5 * variance!.reduce((sum, v) => sum + Math.log(v + 1e-5), 0)
      close(logDet.dataSync(), Array(64).fill(expected))
      // without updates to put them in, no moments are remembered
      close(layer.forward(x).dataSync(), tf.div(x, constant(Math.sqrt(1 + 1e-5))).dataSync())
      layer.dispose()
    })
  })

  it('moves its running moments towards those of the batch, once they are committed', () => {
    tf.tidy(() => {
      const layer = new BatchNorm({ shape: [2], momentum: 0.25 }).init()
      const x = sample()
      const [mean, variance] = moments(x)
      const updates: StateUpdates = new Map()
      layer.forward(x, { mode: 'train', updates })
      close(layer.slots().get('runningMean')!.value.dataSync(), [0, 0])
      commit(updates)
      close(
        layer.slots().get('runningMean')!.value.dataSync(),
        mean!.map((m) => 0.25 * m),
      )
      close(
        layer.slots().get('runningVariance')!.value.dataSync(),
        variance!.map((v) => 0.75 + 0.25 * v),
      )
      layer.dispose()
    })
  })

  it('takes the moments of the batch that it is initialised with, and is then the map that it was in that call', () => {
    tf.tidy(() => {
      const layer = new BatchNorm({ shape: [2], affine: true }).init()
      const x = sample()
      const updates: StateUpdates = new Map()
      const there = layer.forwardAndLogDet(x, { mode: 'train', updates, initialise: true })
      commit(updates)
      const again = layer.forwardAndLogDet(x)
      close(again.value.dataSync(), there.value.dataSync())
      // so its log-determinant when training is that of the map with the moments held constant
      close(again.logDet.dataSync(), there.logDet.dataSync())
      close(layer.inverse(there.value).dataSync(), x.dataSync())
      layer.dispose()
    })
  })

  it('inverts by the running moments in both modes, and leaves them alone', () => {
    tf.tidy(() => {
      const layer = seasoned(new BatchNorm({ shape: [2] })).init()
      const y = sample()
      const updates: StateUpdates = new Map()
      const train: Call = { mode: 'train', updates }
      expect([...layer.inverse(y, train).dataSync()]).toEqual([...layer.inverse(y).dataSync()])
      expect(updates.size).toBe(0)
      close(layer.forward(layer.inverse(y, train)).dataSync(), y.dataSync())
      layer.dispose()
    })
  })

  it('has the gradient of the batch moments when training', () => {
    withBackend('float64', () => {
      tf.tidy(() => {
        const layer = new BatchNorm({ shape: [2] }).init()
        const weights = drawTensor(REALS, 'weights', [6, 2])
        const start = [...drawTensor(REALS, 'x', [6, 2]).dataSync()]
        const loss = (x: tf.Tensor): tf.Tensor => {
          const updates: StateUpdates = new Map()
          const { value, logDet } = layer.forwardAndLogDet(x, { mode: 'train', updates })
          discard(updates)
          return tf.add(tf.sum(tf.mul(tf.square(value), weights)), tf.sum(logDet))
        }
        const x = tensor(start, [6, 2])
        const { gradients } = valueAndGradients(() => loss(x), [x])
        const analytic = gradients[0]!.dataSync()
        for (const i of start.keys()) {
          const at = (by: number): number =>
            loss(
              tensor(
                start.map((v, k) => (k === i ? v + by : v)),
                [6, 2],
              ),
            ).dataSync()[0]!
          expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - analytic[i]!)).toBeLessThan(1e-6)
        }
        layer.dispose()
      })
    })
  })

  it('refuses to take moments of a single value', () => {
    tf.tidy(() => {
      const layer = new BatchNorm({ shape: [2] }).init()
      expect(() => layer.forward(tf.zeros([1, 2]), { mode: 'train' })).toThrow(EbbflowError)
      expect(() => layer.forward(tf.zeros([1, 2]), { mode: 'train' })).toThrow('at least 2')
      layer.dispose()
    })
  })
})
