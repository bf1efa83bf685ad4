import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { sameShape, showShape } from '../shape.js'
import { view } from './rule.js'
import { idMark, internals, taped, untaped } from './tape.js'

/** The value of a function and its gradients. */
export interface ValueAndGradients {
  value: tf.Tensor
  gradients: tf.Tensor[]
}

/**
 * Vector–Jacobian products: `f()` and, for each x of `xs`, Σᵢ dyᵢ ∂fᵢ/∂x, zeros where f does not depend on x; `dy` is of the shape of
 * `f()`, all ones when absent.
 *
 * Derivatives are partial: what was computed from an x outside of `f` is held constant. May be called anywhere, within rules and
 * within other gradients, whose derivatives then are right too.
 *
 * @throws EbbflowError `gradient` when a kernel has no gradient rule, `shape` when `dy` is not of the value's shape.
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
    const mark = idMark()
    return taped((tape) => {
      const value = tape.record(f)
      if (dy) expectLike(dy, value, 'dy')
      const found = tape.pull(xs, value, dy ?? tf.fill(value.shape, 1))
      const seen = new Set<tf.Tensor>([value])
      // the caller owns what is returned, so no handle may be somebody else's or be returned twice
      const gradients = xs.map((x, i) => {
        const g = found[i]
        if (!g) return tf.fill(x.shape, 0)
        if (g.id < mark || seen.has(g)) return view(g)
        seen.add(g)
        return g
      })
      return { value: value.id < mark ? view(value) : value, gradients }
    })
  })
}

/**
 * The gradients of a scalar function with respect to each x of `xs`, zeros where it does not depend on it.
 *
 * @throws EbbflowError `gradient` when the value is not a scalar or a kernel has no gradient rule.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { gradients, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = tf.tensor1d([1, 2])
 * const [dx] = gradients(() => tf.sum(tf.square(x)), [x]) // [2, 4]
 * ```
 */
export function gradients(f: () => tf.Tensor, xs: tf.Tensor[]): tf.Tensor[] {
  const { value, gradients } = valueAndGradients(f, xs)
  value.dispose()
  return gradients
}

/**
 * The value of a scalar function and its gradients with respect to each x of `xs`.
 *
 * @throws EbbflowError `gradient` when the value is not a scalar or a kernel has no gradient rule.
 */
export function valueAndGradients(f: () => tf.Tensor, xs: tf.Tensor[]): ValueAndGradients {
  return vjp(() => {
    const value = f()
    if (value.rank !== 0)
      throw new EbbflowError('gradient', 'gradients() takes a scalar function; use vjp() for others', {
        received: `a value of shape ${showShape(value.shape)}`,
      })
    return value
  }, xs)
}

/**
 * Jacobian–vector product: `f()` and Σⱼ ∂f/∂xⱼ · tⱼ, of the value's shape. The pullback u ↦ uᵀJ is linear in u, so pulling t back
 * through it gives J t (Townsend 2017, "A new trick for calculating Jacobian vector products").
 *
 * @throws EbbflowError `gradient` when a kernel has no gradient rule, `shape` when a tangent is not of its x's shape.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { jvp, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = tf.tensor1d([1, 2])
 * const { tangent } = jvp(() => tf.square(x), [x], [tf.tensor1d([1, 0])]) // [2, 0]
 * ```
 */
export function jvp(
  f: () => tf.Tensor,
  xs: tf.Tensor[],
  tangents: tf.Tensor[],
): { value: tf.Tensor; tangent: tf.Tensor } {
  return tf.tidy(() => {
    xs.forEach((x, i) => {
      expectLike(tangents[i], x, `tangent ${i}`)
    })
    const mark = idMark()
    return taped((tape) => {
      const { value, u, product } = tape.record(() => {
        const value = tf.tidy(f)
        const u = tf.fill(value.shape, 0)
        const terms = tape.pull(xs, value, u).flatMap((g, i) => (g ? [tf.sum(tf.mul(g, tangents[i]!))] : []))
        return { value, u, product: terms.length > 0 ? terms.reduce((a, b) => tf.add(a, b)) : tf.fill([], 0) }
      })
      const tangent = tape.pull([u], product, tf.fill([], 1))[0] ?? tf.fill(value.shape, 0)
      return { value: value.id < mark ? view(value) : value, tangent }
    })
  })
}

/** x, through which no gradient flows. */
export function stopGradient(x: tf.Tensor): tf.Tensor {
  return untaped(() => view(x))
}

/** What a custom gradient rule is given: the gradient of the output (of each, when there are several) and the inputs. */
export interface RuleArguments<Out extends tf.Tensor | tf.Tensor[] = tf.Tensor> {
  dy: Out
  inputs: tf.Tensor[]
}

/**
 * A function with a gradient of its own. `forward` maps the inputs to a tensor or several; `gradient` returns one gradient an input,
 * of the input's shape, or null for one that has none.
 *
 * Every tensor that the result depends on must be an input: one that `forward` closes over gets no gradient. Only inputs are saved,
 * which is what makes gradients of gradients right: recompute what else the rule needs. The rule itself is differentiable when made
 * of tensor operations.
 *
 * @throws EbbflowError `gradient` when `gradient` returns another number of gradients than there are inputs.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { customRule, gradients, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const roundThrough = customRule(([x]) => tf.round(x!), ({ dy }) => [dy])
 * const x = tf.scalar(1.25)
 * const [dx] = gradients(() => roundThrough([x]), [x]) // 1
 * ```
 */
export function customRule<Out extends tf.Tensor | tf.Tensor[] = tf.Tensor>(
  forward: (inputs: tf.Tensor[]) => Out,
  gradient: (args: RuleArguments<Out>) => (tf.Tensor | null)[],
): (inputs: tf.Tensor[]) => Out {
  return (inputs) => {
    const mark = idMark()
    let several = false
    const result = internals().runKernelFunc({
      inputs: Object.fromEntries(inputs.entries()),
      forwardFunc: (_, save) => {
        const out = forward(inputs)
        // last, for what is saved before a throw stays for good
        save(inputs)
        several = Array.isArray(out)
        const outs: tf.Tensor[] = Array.isArray(out) ? out : [out]
        const fresh = outs.map((t, i) => (t.id < mark || outs.indexOf(t) < i ? view(t) : t))
        return several ? fresh : fresh[0]!
      },
      backwardsFunc: (dy, saved) => {
        const dys = several && !Array.isArray(dy) ? [dy] : dy
        const found = gradient({ dy: dys as Out, inputs: saved })
        if (found.length !== inputs.length)
          throw new EbbflowError('gradient', 'a custom rule gives one gradient an input', {
            expected: `${inputs.length}`,
            received: `${found.length}`,
          })
        return Object.fromEntries(found.map((g, i) => [i, () => g ?? tf.fill(inputs[i]!.shape, 0)]))
      },
    })
    return result as Out
  }
}

function expectLike(t: tf.Tensor | undefined, like: tf.Tensor, what: string): void {
  if (t?.dtype === 'float32' && sameShape(t.shape, like.shape)) return
  throw new EbbflowError('shape', `wrong ${what}`, {
    expected: `float32 ${showShape(like.shape)}`,
    received: t ? `${t.dtype} ${showShape(t.shape)}` : 'none',
  })
}
