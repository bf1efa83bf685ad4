import { Bijector, type Call, constant, initialisers, type Mapped, Module, type Slot, update } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Trainable } from './trainable.js'

/** y = x·exp(s) + b a column, with a count of the training calls as its state; an `initialise` call sets b to the column means. */
export class ToyLayer extends Bijector {
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  readonly logScale: Slot
  readonly bias: Slot
  readonly calls: Slot

  constructor(width: number, logScale = 0.5) {
    super()
    this.logScale = this.param('logScale', [width], initialisers.filled(logScale))
    this.bias = this.param('bias', [width], initialisers.normal(0.1))
    this.calls = this.state('calls', [], initialisers.zeros)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const value = tf.add(tf.mul(x, tf.exp(this.logScale.value)), this.bias.value)
    return { value, logDet: this.#logDet(x, 1) }
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    if (call.initialise) update(call, this.bias, tf.mean(y, 0))
    if (call.mode === 'train') update(call, this.calls, tf.add(this.calls.value, 1))
    const value = tf.mul(tf.sub(y, this.bias.value), tf.exp(tf.neg(this.logScale.value)))
    return { value, logDet: this.#logDet(y, -1) }
  }

  #logDet(x: tf.Tensor, sign: number): tf.Tensor {
    return tf.add(tf.zeros(x.shape.slice(0, -1)), tf.mul(tf.sum(this.logScale.value), sign))
  }
}

/** Toy layers over a standard normal base; a context of one column shifts what it models by `slope` times itself. */
export class ToyFlow extends Module implements Trainable {
  readonly eventShape: readonly number[]
  readonly layers: readonly ToyLayer[]
  readonly slope: Slot

  constructor(width: number, layers: readonly ToyLayer[] = [new ToyLayer(width), new ToyLayer(width)]) {
    super()
    this.eventShape = [width]
    this.layers = layers.map((layer, i) => this.child(`layer${i}`, layer))
    this.slope = this.param('slope', [width], initialisers.zeros)
  }

  logProbIn(x: tf.Tensor, call: Call): tf.Tensor {
    let z = call.context ? tf.sub(x, tf.mul(call.context, this.slope.value)) : x
    let logDet = constant(0, [x.shape[0]!])
    for (const layer of [...this.layers].reverse()) {
      const mapped = layer.inverseAndLogDet(z, call)
      z = mapped.value
      logDet = tf.add(logDet, mapped.logDet)
    }
    const half = constant(-0.5)
    const base = tf.add(tf.mul(tf.sum(tf.square(z), -1), half), constant((-x.shape[1]! / 2) * Math.log(2 * Math.PI)))
    return tf.add(base, logDet)
  }

  /** Every value by path. */
  values(): Record<string, number[]> {
    return Object.fromEntries([...this.slots()].map(([path, slot]) => [path, [...slot.value.dataSync()]]))
  }
}

/** Rows of independent normals with means 1, 2, … and standard deviations 2, 3, …, the same for each seed. */
export function normalRows(draws: Float32Array, width: number): Float32Array {
  return draws.map((z, i) => (i % width) + 1 + z * ((i % width) + 2))
}
