import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { ensureRules } from './install.js'

interface TapeNode {
  saved?: tf.Tensor[]
}
interface Tape {
  activeTape: TapeNode[] | undefined
  kernelDepth: number
  gradientDepth: number
}
interface EngineInternals {
  state: Tape
  gradients<T extends tf.Tensor>(
    f: () => T,
    xs: tf.Tensor[],
    dy: tf.Tensor | undefined,
    allowNoGradients: boolean,
  ): { value: T; grads: (tf.Tensor | null)[] }
}

/**
 * The engine's reverse pass made re-entrant: it works inside a kernel, inside a gradient rule and under an outer tape, where the
 * engine's own throws or gives total derivatives. The outer tape is set aside while `f` runs and, where it is recording, continued
 * with what the inner pass recorded, so that derivatives of derivatives are right.
 */
function reverse(
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  dy?: tf.Tensor,
): { value: tf.Tensor; grads: (tf.Tensor | null)[] } {
  ensureRules()
  const engine = tf.engine() as unknown as EngineInternals
  const state = engine.state
  const outer = state.activeTape
  const { kernelDepth, gradientDepth } = state
  const recording = gradientDepth > 0 && kernelDepth === 0
  state.activeTape = []
  if (!recording) {
    state.kernelDepth = 0
    state.gradientDepth = 0
  }
  try {
    return engine.gradients(f, xs, dy, true)
  } catch (error) {
    // the engine keeps what it saved for a backward pass that now never comes
    if (!recording && state.activeTape)
      for (const node of state.activeTape) for (const saved of node.saved ?? []) saved.dispose()
    throw error
  } finally {
    if (recording && outer && state.activeTape) for (const node of state.activeTape) outer.push(node)
    state.activeTape = outer
    state.kernelDepth = kernelDepth
    state.gradientDepth = gradientDepth
  }
}

/** The value of a function and its gradients. */
export interface ValueAndGradients {
  value: tf.Tensor
  gradients: tf.Tensor[]
}

/**
 * Vector–Jacobian products: `f()` and, for each x of `xs`, Σ dyᵢ ∂fᵢ/∂x, zeros where f does not depend on x.
 *
 * Derivatives are partial: what was computed from an x outside of `f` is held constant. May be called anywhere, within rules and
 * within other gradients.
 *
 * @throws EbbflowError `gradient` when a kernel has no gradient rule.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { useBackend, vjp } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = tf.tensor1d([1, 2])
 * const { gradients: [dx] } = vjp(() => tf.square(x), [x], tf.ones([2])) // [2, 4]
 * ```
 */
export function vjp(f: () => tf.Tensor, xs: tf.Tensor[], dy?: tf.Tensor): ValueAndGradients {
  return tf.tidy(() => {
    // variables are not tensors of the tape's making until read; a function that ignores an x has gradient zero
    const { value, grads } = reverseOrExplain(f, xs, dy)
    return { value, gradients: grads.map((g, i) => g ?? tf.zerosLike(xs[i]!)) }
  })
}

/** The gradients of a scalar function with respect to each x of `xs`, zeros where it does not depend on it. */
export function gradients(f: () => tf.Tensor, xs: tf.Tensor[]): tf.Tensor[] {
  const { value, gradients } = valueAndGradients(f, xs)
  value.dispose()
  return gradients
}

/** The value of a scalar function and its gradients with respect to each x of `xs`. */
export function valueAndGradients(f: () => tf.Tensor, xs: tf.Tensor[]): ValueAndGradients {
  return vjp(() => {
    const value = f()
    if (value.rank !== 0)
      throw new EbbflowError('gradient', 'gradients() takes a scalar function; use vjp() for others', {
        received: `a value of shape [${value.shape}]`,
      })
    return value
  }, xs)
}

/**
 * Jacobian–vector product: `f()` and Σ ∂f/∂xⱼ · tⱼ, by the double-reverse trick (Townsend 2017).
 */
export function jvp(
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  tangents: tf.Tensor[],
): { value: tf.Tensor; tangent: tf.Tensor } {
  return tf.tidy(() => {
    const value = f()
    // g(u) = Jᵀu is linear in u; its own transpose applied to t is J t
    const u = tf.zerosLike(value)
    const dot = (): tf.Tensor => {
      const { gradients } = vjp(f, xs, u)
      return gradients.map((g, i) => tf.sum(tf.mul(g, tangents[i]!))).reduce((a, b) => tf.add(a, b))
    }
    const {
      gradients: [tangent],
    } = vjp(dot, [u])
    return { value, tangent: tangent! }
  })
}

/** x, through which no gradient flows. */
export function stopGradient(x: tf.Tensor): tf.Tensor {
  return customRule(
    ([value]) => tf.clone(value!),
    ({ inputs }) => inputs.map((input) => tf.zerosLike(input)),
  )([x])
}

/** What a custom gradient rule is given: the output's gradient and the inputs. Recompute what else it needs. */
export interface RuleArguments {
  dy: tf.Tensor
  inputs: tf.Tensor[]
}

/**
 * A function with a gradient of its own. `forward` maps the inputs to one tensor; `gradient` returns one gradient an input.
 *
 * Every tensor that the result depends on must be an input: one that `forward` closes over gets no gradient. Only inputs are
 * saved, which is what makes gradients of gradients right; the rule itself is differentiable when made of tensor operations.
 */
export function customRule(
  forward: (inputs: tf.Tensor[]) => tf.Tensor,
  gradient: (args: RuleArguments) => tf.Tensor[],
): (inputs: tf.Tensor[]) => tf.Tensor {
  return (inputs) => {
    ensureRules()
    const run = tf.customGrad((...args: unknown[]) => {
      const save = args.pop() as tf.GradSaveFunc
      const tensors = args as tf.Tensor[]
      save(tensors)
      const out = forward(tensors)
      return {
        value: tensors.includes(out) ? tf.clone(out) : out,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient({ dy, inputs: saved }),
      }
    })
    return run(...inputs)
  }
}

function reverseOrExplain(f: () => tf.Tensor, xs: tf.Tensor[], dy?: tf.Tensor) {
  try {
    return reverse(f, xs, dy)
  } catch (error) {
    if (error instanceof EbbflowError || !(error instanceof Error) || !/gradient/i.test(error.message)) throw error
    throw new EbbflowError('gradient', error.message, { cause: error })
  }
}
