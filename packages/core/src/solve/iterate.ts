import * as tf from '@tensorflow/tfjs-core'
import { check, EbbflowError } from '../errors.js'
import { untaped } from '../gradients/tape.js'
import { expectShape, showShape, sizeOf } from '../shape.js'
import { type Iterated, type IterateOptions, loopHooks } from './loops.js'
import { heldWhere, mask } from './masks.js'

/**
 * Repeats `step` until every row is done, or `maxIterations` times. A row that is done is held: later steps see it and leave it.
 *
 * No gradient flows through it (as through `stopGradient`): solvers made of it bring their own rules.
 *
 * @throws EbbflowError `shape` when a step changes a shape; `convergence`, naming the rows, when a `solver` is named and some row
 * is not done.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { iterate, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const { state: [x] } = iterate({
 *   state: [tensor([100, 3])],
 *   step: ([x]) => ({ state: [tf.mul(x!, 0.5)], done: tf.less(x!, 2) }),
 *   maxIterations: 50,
 * }) // [0.78125, 0.75]
 * ```
 */
export function iterate(options: IterateOptions): Iterated {
  const hook = loopHooks().iterate
  return hook ? hook(options, run) : run(options)
}

function run({
  state: start,
  shared: sharedStart = [],
  step,
  maxIterations,
  solver,
  ...rest
}: IterateOptions): Iterated {
  check(start.length > 0, 'iterate() needs a state')
  check(maxIterations >= 1, 'maxIterations must be at least 1', { received: `${maxIterations}` })
  const rows = rest.rows ?? start[0]!.shape.slice(0, 1)
  for (const s of start) expectShape(s.shape.slice(0, rows.length), rows, 'rows of a state')
  let iterations = 0
  const out = untaped(() => {
    let state = start.map((s) => tf.clone(s))
    let shared = sharedStart.map((s) => tf.clone(s))
    // 0 running, 1 done, 2 failed
    let status = tf.fill([...rows], 0)
    const records: tf.Tensor[] = []
    let anyStopped = false
    let allStopped = sizeOf(rows) === 0
    while (!allStopped && iterations < maxIterations) {
      const next = tf.tidy(() => {
        const taken = step(state, shared)
        check(taken.state.length === state.length, 'a step keeps the number of states')
        const moved = taken.state.map((s, i) => {
          expectShape(s.shape, state[i]!.shape, 'state after a step')
          return anyStopped ? heldWhere(status, state[i]!, s) : fresh(s)
        })
        expectShape(taken.done.shape, rows, 'shape of done')
        const done = mask(taken.done)
        const ended = taken.failed ? tf.add(done, tf.mul(mask(taken.failed), tf.sub(2, done))) : done
        return {
          moved,
          status: anyStopped ? heldWhere(status, status, ended) : fresh(ended),
          shared: (taken.shared ?? shared).map(fresh),
          record: taken.record ? [fresh(taken.record)] : [],
        }
      })
      tf.dispose([state, shared, status])
      state = next.moved
      shared = next.shared
      status = next.status
      records.push(...next.record)
      iterations += 1
      const stopped = status.dataSync()
      allStopped = stopped.every((s) => s > 0)
      anyStopped = stopped.some((s) => s > 0)
    }
    if (solver !== undefined) throwUnlessDone(status, solver, iterations)
    return {
      state,
      shared,
      converged: mask(tf.equal(status, 1)),
      ...(records.length > 0 ? { records: tf.stack(records) } : {}),
    }
  })
  return { ...out, iterations }
}

/** A handle of our own: a step may return what it was given. */
const fresh = (x: tf.Tensor): tf.Tensor => tf.clone(x)

function throwUnlessDone(status: tf.Tensor, solver: string, iterations: number): void {
  const data = status.dataSync()
  const bad = Array.from(data.keys()).filter((i) => data[i] !== 1)
  if (bad.length === 0) return
  const place = (index: number): string => {
    if (status.rank < 2) return `${index}`
    const at: number[] = []
    let left = index
    for (const n of status.shape.toReversed()) {
      at.unshift(left % n)
      left = Math.floor(left / n)
    }
    return showShape(at)
  }
  const shown = bad.slice(0, 5).map(place).join(', ')
  throw new EbbflowError(
    'convergence',
    `${solver} did not converge in row${bad.length > 1 ? 's' : ''} ${shown}${bad.length > 5 ? ', …' : ''}`,
    { received: `${bad.length} of ${data.length} rows open after ${iterations} steps` },
  )
}
