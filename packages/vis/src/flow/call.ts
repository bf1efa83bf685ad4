import { type Call, check, Rng, tensor } from '@ebbflow/core'
import type { Flow } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'

/** A flow with a context or without. */
export type AnyFlow = Flow | Flow<tf.Tensor>

/** Throws unless a context is there where one is needed, and of the right size. */
export function checkContext(flow: AnyFlow, context: readonly number[] | undefined): void {
  check(flow.context === (context?.length ?? 0), 'a conditional flow, and no other, needs a context', {
    expected: `${flow.context} numbers`,
    received: `${context?.length ?? 0}`,
  })
}

/** What layers are called with for n rows: one context for all of them, and always the same noise where a layer only estimates. */
export function callFor(flow: AnyFlow, context: readonly number[] | undefined, n: number): Call {
  checkContext(flow, context)
  const call: Call = { mode: 'eval', estimate: true, rng: Rng.seed('vis') }
  if (!context) return call
  return { ...call, context: tf.add(tf.zeros([n, context.length]), tensor(context)) }
}
