import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from './errors.js'
import type { Module, Slot } from './module/index.js'
import type { Rng } from './random/index.js'

/** New values of states, which a rule puts in `call.updates` and `fit` commits after the step. */
export type StateUpdates = Map<Slot, tf.Tensor>

/** What layers found in a batch, by layer. */
export type Memo = Map<Module, readonly tf.Tensor[]>

/** What a call of a layer carries beside its input. */
export interface Call {
  /** `train` where batch statistics and noise are wanted. */
  readonly mode: 'train' | 'eval'
  /** What the density is conditioned on, of shape `[...batch, C]`. */
  readonly context?: tf.Tensor
  /** Source of randomness for stochastic layers. */
  readonly rng?: Rng
  /** Where rules put the new values of states. */
  readonly updates?: StateUpdates
  /** Whether layers that set themselves from data (ActNorm) do so now, through `updates`. */
  readonly initialise?: boolean
  /** Whether log-determinants may be estimates, biased or noisy: without it layers that only estimate theirs throw. */
  readonly estimate?: boolean
  /**
   * Whether chains keep little for the backward pass: it recomputes what each layer was given from what it gave. Takes less memory and more
   * time; gradients differ by rounding.
   */
  readonly reversible?: boolean
  /** What layers found in a batch and must go back by, such as its moments: written on the way there, read on the way back. */
  readonly memo?: Memo
  /** Whether only the value is wanted: a layer whose log-determinant is dear may give zeros for it. */
  readonly valueOnly?: boolean
}

/** The call of plain evaluation. */
export const EVAL: Call = Object.freeze({ mode: 'eval' })

/** The generator of a call; throws an `argument` error naming `what` when there is none. */
export function rngOf(call: Call, what: string): Rng {
  if (!call.rng)
    throw new EbbflowError('argument', `${what} draws random numbers`, {
      expected: 'a call with an rng',
      received: 'none',
    })
  return call.rng
}

/** Puts the new value of a state in `call.updates`, where there is one; it outlives the call. */
export function update(call: Call, slot: Slot, value: tf.Tensor): void {
  if (!call.updates) return
  call.updates.get(slot)?.dispose()
  call.updates.set(slot, tf.keep(tf.clone(value)))
}

/** Puts what a layer found in a batch in `call.memo`, where there is one; it outlives the call. */
export function remember(call: Call, layer: Module, found: readonly tf.Tensor[]): void {
  call.memo?.set(
    layer,
    found.map((tensor) => tf.keep(tf.clone(tensor))),
  )
}

/** Writes the new values to their slots. */
export function commit(updates: StateUpdates): void {
  for (const [slot, value] of updates) slot.assign(value)
  discard(updates)
}

/** Frees the new values without writing them. */
export function discard(updates: StateUpdates): void {
  for (const value of updates.values()) value.dispose()
  updates.clear()
}
