import * as tf from '@tensorflow/tfjs-core'
import { check } from '../errors.js'
import { untaped } from '../gradients/tape.js'
import { expectShape } from '../shape.js'
import { loopHooks, type Scanned, type ScanOptions } from './loops.js'

/**
 * Takes a step for each part of tensors along their first axis. What an `iterate` has recorded may be gone along in a program too, where
 * nobody knows before how many steps that are.
 *
 * No gradient flows through it (as through `stopGradient`).
 *
 * @throws EbbflowError `shape` when a step changes a shape.
 */
export function scan(options: ScanOptions): Scanned {
  const hook = loopHooks().scan
  return hook ? hook(options, run) : run(options)
}

function run({ along, state: start, sums = [], step, reverse = false, trail = false }: ScanOptions): Scanned {
  const steps = along[0]?.shape[0]
  check(steps !== undefined, 'scan() needs something to go along')
  for (const tensor of along) check(tensor.shape[0] === steps, 'all that is gone along has as many steps')
  return untaped(() => {
    let at = { state: start.map((s) => tf.clone(s)), sums: sums.map((shape) => tf.fill([...shape], 0)) }
    const before: tf.Tensor[][] = start.map(() => [])
    for (let i = 0; i < steps; i++) {
      const place = reverse ? steps - 1 - i : i
      const next = tf.tidy(() => {
        const taken = step(
          at.state,
          along.map((tensor) => partOf(tensor, place)),
        )
        check(taken.state.length === at.state.length, 'a step keeps the number of states')
        check((taken.terms ?? []).length === sums.length, 'a step has a term for each sum')
        for (const [k, s] of taken.state.entries()) expectShape(s.shape, at.state[k]!.shape, 'state after a step')
        return { state: taken.state.map((s) => tf.clone(s)), sums: at.sums.map((s, k) => tf.add(s, taken.terms![k]!)) }
      })
      tf.dispose(at.sums)
      for (const [k, s] of at.state.entries())
        if (trail) before[k]!.push(s)
        else s.dispose()
      at = next
    }
    const kept = trail
      ? before.map((list, k) => (steps === 0 ? tf.zeros([0, ...start[k]!.shape]) : tf.stack(list)))
      : []
    return { ...at, trail: kept }
  })
}

/** What a step has of a tensor. */
export const partOf = (tensor: tf.Tensor, step: number): tf.Tensor => {
  const [, ...rest] = tensor.shape
  return tf.reshape(tf.slice(tensor, [step, ...rest.map(() => 0)], [1, ...rest]), rest)
}
