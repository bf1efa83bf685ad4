import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  constant,
  describe,
  type Json,
  located,
  type Mapped,
  type Module,
  type Shape,
  sumEvent,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { worst } from './cost.js'
import { Inverse } from './inverse.js'
import { reversibly } from './reversible/reversibly.js'
import type { Direction, Step } from './reversible/steps.js'

/**
 * Bijectors one after another, in reading order: f = f_K ∘ … ∘ f_1 for `new Chain([f_1, …, f_K])`, and
 * log|det ∂f/∂x| = Σᵢ log|det ∂fᵢ| at the values on the way.
 *
 * In a call with `reversible` its gradients take memory that does not grow with the number of layers: see {@link reversibly}.
 *
 * @example
 * ```ts
 * const logNormal = new Chain([new Affine({ shift: 1, scale: 0.5 }), new Exp()]) // y = exp(0.5 x + 1)
 * ```
 */
export class Chain extends Bijector {
  static readonly type: string = 'chain'
  readonly layers: readonly Bijector[]
  readonly inputRank: number
  readonly outputRank: number
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }
  /** For each layer, by how many dimensions the chain's event exceeds the layer's. */
  private readonly extra: readonly number[]

  constructor(layers: readonly Bijector[]) {
    super()
    this.layers = layers.map((layer, i) => this.child(String(i), layer))
    let change = 0
    let rank = 0
    const before = this.layers.map((layer) => {
      const at = change
      rank = Math.max(rank, layer.inputRank - at)
      change += layer.outputRank - layer.inputRank
      return at
    })
    this.inputRank = rank
    this.outputRank = rank + change
    this.extra = this.layers.map((layer, i) => rank + before[i]! - layer.inputRank)
    this.cost = {
      forward: worst(this.layers.map((layer) => layer.cost.forward)),
      inverse: worst(this.layers.map((layer) => layer.cost.inverse)),
    }
  }

  /** Layers in their papers' order, from data to noise, as a chain from noise to data. */
  static fromData(layers: readonly Bijector[]): Chain {
    return new Chain([...layers].reverse().map((layer) => new Inverse(layer)))
  }

  static fromConfig(config: Config, build: Build): Chain {
    return new Chain((config.layers as readonly Json[]).map((layer) => build(layer) as Bijector))
  }
  config(): Config {
    return { layers: this.layers.map(describe) }
  }

  override outputShape(event: Shape): Shape {
    return this.layers.reduce(
      (shape, layer) => through(layer, shape, layer.inputRank, (e) => layer.outputShape(e)),
      event,
    )
  }

  override inputShape(event: Shape): Shape {
    return this.layers.reduceRight(
      (shape, layer) => through(layer, shape, layer.outputRank, (e) => layer.inputShape(e)),
      event,
    )
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const steps = call.reversible ? Chain.steps(this, 'forward') : []
    if (steps.length > 0) return reversibly(this, steps, x, call)
    return this.fold(this.layers.keys(), x, (layer, value) => layer.forwardAndLogDet(value, call))
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const steps = call.reversible ? Chain.steps(this, 'inverse') : []
    if (steps.length > 0) return reversibly(this, steps, y, call)
    const backwards = [...this.layers.keys()].reverse()
    return this.fold(backwards, y, (layer, value) => layer.inverseAndLogDet(value, call))
  }

  /** What a layer does in a direction, one after another: chains and layers turned round are taken apart. */
  private static steps(layer: Bijector, direction: Direction, extra = 0): Step[] {
    if (layer.constructor === Inverse)
      return Chain.steps((layer as Inverse).inner, direction === 'forward' ? 'inverse' : 'forward', extra)
    if (layer.constructor !== Chain) return [{ layer, direction, extra, composite: holdsChain(layer) }]
    const chain = layer as Chain
    const steps = chain.layers.map((inner, i) => Chain.steps(inner, direction, extra + chain.extra[i]!))
    return (direction === 'forward' ? steps : steps.reverse()).flat()
  }

  private fold(order: Iterable<number>, start: tf.Tensor, step: (layer: Bijector, value: tf.Tensor) => Mapped): Mapped {
    let value = start
    let total: tf.Tensor | undefined
    for (const i of order) {
      const mapped = step(this.layers[i]!, value)
      const logDet = sumEvent(mapped.logDet, this.extra[i]!)
      value = mapped.value
      total = total ? tf.add(total, logDet) : logDet
    }
    return { value, logDet: total ?? constant(0, start.shape) }
  }
}

const holdsChain = (module: Module): boolean =>
  module instanceof Chain || [...module.children.values()].some(holdsChain)

/** A shape whose last `rank` dimensions a layer maps, and whose first are kept. */
function through(layer: Bijector, shape: Shape, rank: number, map: (event: Shape) => Shape): Shape {
  const at = shape.length - rank
  try {
    return [...shape.slice(0, at), ...map(shape.slice(at))]
  } catch (error) {
    throw located(error, layer)
  }
}
