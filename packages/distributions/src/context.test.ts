import { Bijector, type Call, type Mapped, Rng, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { Independent, Mixture, Normal, Transformed } from './index.js'

/** y = x + the sum of the context. */
class ShiftByContext extends Bijector {
  readonly inputRank = 0
  readonly outputRank = 0
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  protected forwardRule(x: tf.Tensor, { context }: Call): Mapped {
    return { value: tf.add(x, tf.sum(context!)), logDet: tf.zerosLike(x) }
  }
  protected inverseRule(y: tf.Tensor, { context }: Call): Mapped {
    return { value: tf.sub(y, tf.sum(context!)), logDet: tf.zerosLike(y) }
  }
}

const conditional = (): Transformed => new Transformed(new Normal({ loc: [0, 1] }), new ShiftByContext())
const made = {
  Transformed: conditional(),
  Independent: new Independent(conditional()),
  'Mixture of one family': new Mixture({ components: conditional() }),
  'Mixture of a list': new Mixture({ components: [conditional(), conditional()] }),
}

it.each(Object.entries(made))('%s hands the context down', (_, d) => {
  tf.tidy(() => {
    const context = tensor([2, 3])
    const x = tensor([0.5, -0.5])
    const density = (at: tf.Tensor, given: tf.Tensor): number[] => [...d.logProb(at, { context: given }).dataSync()]
    const event = d.eventShape.length > 0 ? x : tf.slice(x, 0, 1)
    expect(density(tf.add(event, 5), context)).toEqual(density(event, tensor([0, 0])))
    const draw = (given: tf.Tensor): tf.Tensor => d.sample([3], { rng: Rng.seed(1), context: given })
    const shifted = tf.sub(draw(context), draw(tensor([0, 0]))).dataSync()
    for (const shift of shifted) expect(shift).toBeCloseTo(5, 5)
    const { value, logProb } = d.sampleAndLogProb([3], { rng: Rng.seed(1), context })
    const alone = [...d.logProb(value, { context }).dataSync()]
    for (const [i, p] of logProb.dataSync().entries()) expect(p).toBeCloseTo(alone[i]!, 5)
  })
})
