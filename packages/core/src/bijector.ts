import * as tf from '@tensorflow/tfjs-core'
import { type Call, EVAL } from './call.js'
import { checkFinite, located } from './checks.js'
import { EbbflowError } from './errors.js'
import { Module } from './module/index.js'
import { expectShape, type Shape, showShape, splitShape } from './shape.js'

/** The image of a batch and, for each event, log|det J| of the map at it: shapes `[...batch, ...event]` and `[...batch]`. */
export type Mapped = {
  value: tf.Tensor
  logDet: tf.Tensor
}

/** What a direction costs: a closed form, one step after another over the event's values, or iteration to a tolerance. */
export type Cost = 'closed' | 'sequential' | 'iterative'

/**
 * An invertible function y = f(x) with its log-determinant in both directions.
 *
 * Subclasses write `forwardRule` and `inverseRule` in plain tensor operations; the public methods check shapes, free
 * intermediate tensors and name the layer in errors. The log-determinant of the inverse is that of f⁻¹ at y.
 */
export abstract class Bijector extends Module {
  /** Rightmost dimensions of one input event: 0 elementwise, 1 a vector, 3 an image. */
  abstract readonly inputRank: number
  /** Rightmost dimensions of one output event. */
  abstract readonly outputRank: number
  /** What each direction costs. */
  abstract readonly cost: { readonly forward: Cost; readonly inverse: Cost }

  /**
   * Whether going back may lose digits, so that what it was given must be kept where it cannot be recomputed well: a map that is nearly flat
   * somewhere, or whose conditioning nothing bounds. Default false.
   */
  readonly illConditioned: boolean = false

  /** y and log|det ∂f/∂x| for x of shape `[...batch, ...event]`. */
  protected abstract forwardRule(x: tf.Tensor, call: Call): Mapped
  /** x and log|det ∂f⁻¹/∂y| for y of shape `[...batch, ...event]`. */
  protected abstract inverseRule(y: tf.Tensor, call: Call): Mapped

  /** Shape of an output event for an input event; throws a `shape` error for an event that the layer does not take. */
  outputShape(event: Shape): Shape {
    return event
  }

  /** Shape of an input event for an output event; throws a `shape` error for an event that the layer does not give. */
  inputShape(event: Shape): Shape {
    return event
  }

  /** y = f(x), of shape `[...batch, ...event]`. */
  forward(x: tf.Tensor, call: Call = EVAL): tf.Tensor {
    const { value, logDet } = this.forwardAndLogDet(x, { ...call, valueOnly: true })
    logDet.dispose()
    return value
  }

  /** x = f⁻¹(y), of shape `[...batch, ...event]`. */
  inverse(y: tf.Tensor, call: Call = EVAL): tf.Tensor {
    const { value, logDet } = this.inverseAndLogDet(y, { ...call, valueOnly: true })
    logDet.dispose()
    return value
  }

  /** f(x) and log|det ∂f/∂x|, of shapes `[...batch, ...event]` and `[...batch]`. */
  forwardAndLogDet(x: tf.Tensor, call: Call = EVAL): Mapped {
    return this.apply('forward', x, call)
  }

  /** f⁻¹(y) and log|det ∂f⁻¹/∂y|, of shapes `[...batch, ...event]` and `[...batch]`. */
  inverseAndLogDet(y: tf.Tensor, call: Call = EVAL): Mapped {
    return this.apply('inverse', y, call)
  }

  private apply(direction: 'forward' | 'inverse', input: tf.Tensor, call: Call): Mapped {
    const forward = direction === 'forward'
    try {
      if (input.dtype !== 'float32')
        throw new EbbflowError('argument', 'wrong dtype', { expected: 'float32', received: input.dtype })
      const { batch, event } = splitShape(input.shape, forward ? this.inputRank : this.outputRank)
      const mapped = forward ? this.outputShape(event) : this.inputShape(event)
      // reading an elementwise or vector layer's log-det: one number an event
      const logDetShape = batch
      const out = tf.tidy((): Mapped => {
        const result = forward ? this.forwardRule(input, call) : this.inverseRule(input, call)
        // tidy would let the caller dispose of the very handle it gave
        return {
          value: result.value === input ? tf.clone(input) : result.value,
          logDet: result.logDet === input ? tf.clone(input) : result.logDet,
        }
      })
      expectShape(out.value.shape, [...batch, ...mapped], `${direction} value shape`)
      expectShape(out.logDet.shape, logDetShape, `${direction} log-determinant shape`)
      checkFinite(out.value, `the ${direction} value`)
      checkFinite(out.logDet, `the ${direction} log-determinant`)
      return out
    } catch (error) {
      throw located(error, this)
    }
  }
}

/** Throws a `shape` error unless an event is of shape `shape`. */
export function expectEvent(event: Shape, shape: Shape): void {
  if (event.length !== shape.length || event.some((n, i) => n !== shape[i]))
    throw new EbbflowError('shape', 'wrong event shape', { expected: showShape(shape), received: showShape(event) })
}

/** Sums a tensor over its last `rank` axes. */
export function sumEvent(x: tf.Tensor, rank: number): tf.Tensor {
  if (rank === 0) return x
  return tf.sum(
    x,
    Array.from({ length: rank }, (_, i) => x.rank - rank + i),
  )
}
