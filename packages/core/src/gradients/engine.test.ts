import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { EbbflowError } from '../errors.js'
import { tensor } from '../tensor.js'
import { gradientError, gradientOf } from './differences.js'
import { customRule, gradients, jvp, stopGradient, valueAndGradients, vjp } from './engine.js'
import { installRules } from './install.js'
import { jacobian } from './jacobian.js'
import { rules } from './rules/index.js'

const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x)
const grad = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor => gradients(() => sum(f(x)), [x])[0]!

/** Runs a test in double precision and sees that it leaves no tensor behind, nor anything kept. */
function exact(name: string, body: () => void): void {
  it(name, () => {
    withBackend('float64', () => {
      const before = tf.memory().numTensors
      tf.tidy(body)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

const numbers = (t: tf.Tensor | undefined): number[] => Array.from(t!.dataSync())
function near(t: tf.Tensor | undefined, expected: readonly number[], digits = 12): void {
  const actual = numbers(t)
  expect(actual).toHaveLength(expected.length)
  actual.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i]!, digits)
  })
}

/** x² with its gradient by a vjp of the same function, inside a forward or a gradient rule. */
const squareSlope = (x: tf.Tensor): tf.Tensor => vjp(() => tf.square(x), [x], tf.onesLike(x)).gradients[0]!

describe('gradients', () => {
  exact('of several xs, with the value', () => {
    const [a, b, c] = [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])]
    const { value, gradients: grads } = valueAndGradients(() => tf.sum(tf.mul(a, b)), [a, b, c])
    near(value, [11])
    near(grads[0], [3, 4])
    near(grads[1], [1, 2])
    near(grads[2], [0, 0])
  })

  exact('of a variable', () => {
    const v = tf.variable(tensor([1, 2]))
    near(gradients(() => tf.sum(tf.square(v)), [v])[0], [2, 4])
    v.dispose()
  })

  exact('refuse a value that is not a scalar, and a dy of another shape', () => {
    const x = tensor([1, 2])
    expect(() => gradients(() => tf.square(x), [x])).toThrow(EbbflowError)
    expect(() => vjp(() => tf.square(x), [x], tensor([1, 2, 3]))).toThrow(/wrong dy/)
  })

  exact('name the kernel that has no rule', () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]) as tf.Tensor4D
    expect(() => grad((y) => tf.maxPool(y as tf.Tensor4D, 2, 1, 'valid'), x)).toThrow(/MaxPool has no gradient rule/)
  })

  exact('belong to the caller: disposing of them or of the value harms no other tensor', () => {
    const x = tensor(3)
    const dy = tensor(2)
    const same = vjp(() => x, [x, x], dy)
    same.value.dispose()
    same.gradients[0]!.dispose()
    near(same.gradients[1], [2])
    same.gradients[1]!.dispose()
    near(x, [3])
    near(dy, [2])
    gradients(() => x, [x])[0]!.dispose()
    near(x, [3])
    const [da, db] = vjp(() => tf.add(x, dy), [x, dy], dy).gradients
    da!.dispose()
    near(db, [2])
    near(dy, [2])
  })

  exact('are partial derivatives: what was computed outside is held constant', () => {
    const x = tensor(3)
    const outside = tf.square(x)
    near(
      grad((y) => tf.mul(y, outside), x),
      [9],
    )
    near(
      grad((y) => tf.mul(y, tf.square(y)), x),
      [27],
    )
    // and within an outer gradient: d/dx of (x² held constant, d/dx of x·h) = d/dx x² = 2x
    near(
      grad((y) => {
        const h = tf.square(y)
        return gradients(() => tf.mul(y, h), [y])[0]!
      }, x),
      [6],
    )
    near(
      gradients(() => {
        const h = tf.square(x)
        return gradients(() => tf.mul(x, tf.square(h)), [h])[0]!
      }, [x])[0],
      // d/dx of x · 2h, with h = x²: 2x³ has slope 6x²
      [54],
    )
  })

  exact('flow through the same tensor used many times, and through branches that end', () => {
    const x = tensor([1, 2])
    const y = (t: tf.Tensor): tf.Tensor => {
      tf.exp(t)
      return tf.add(tf.add(t, t), tf.mul(t, tf.add(t, 1)))
    }
    near(grad(y, x), [5, 7])
  })

  exact('of masks, indices and integers are zero, and need not be computed', () => {
    const x = tensor([0.5, -2, 3])
    near(
      grad((y) => tf.where(tf.logicalAnd(tf.greater(y, 0), tf.notEqual(y, 3)), tf.square(y), tf.neg(y)), x),
      [1, -1, -1],
    )
    near(
      grad((y) => tf.gather(y, tf.argMax(y)), x),
      [0, 0, 1],
    )
    near(
      grad((y) => tf.mul(tf.cast(tf.cast(y, 'int32'), 'float32'), y), x),
      [0, -2, 3],
    )
    const counts = tf.tensor1d([1, 2], 'int32')
    near(gradients(() => tf.sum(tf.square(tf.cast(counts, 'float32'))), [counts])[0], [0, 0])
  })

  exact('of where do not leak NaN out of the branch not taken', () => {
    const x = tensor([-1, 4])
    const y = tensor([2, 3])
    near(
      grad((y) => {
        const positive = tf.greater(y, 0)
        return tf.where(positive, tf.sqrt(tf.where(positive, y, tf.onesLike(y))), tf.zerosLike(y))
      }, x),
      [0, 0.25],
    )
    const infinite = vjp(() => tf.where(tf.greater(x, 0), x, y), [x, y], tensor([1, Number.POSITIVE_INFINITY]))
    near(infinite.gradients[0], [0, Number.POSITIVE_INFINITY])
    near(infinite.gradients[1], [1, 0])
  })

  exact('of a maximum are shared by ties', () => {
    near(
      grad((y) => tf.max(y), tensor([1, 3, 3])),
      [0, 0.5, 0.5],
    )
    near(
      grad((y) => tf.min(y, 0), tensor([1, 3, 1, 0], [2, 2])),
      [0.5, 0, 0.5, 1],
    )
    near(
      grad((y) => tf.maximum(y, y), tensor([1, 3])),
      [1, 1],
    )
  })

  exact('of unstack and split along an axis of length 1', () => {
    const x = tensor([1, 2, 3], [1, 3])
    near(
      grad((y) => tf.square(tf.unstack(y, 0)[0]!), x),
      [2, 4, 6],
    )
    near(
      grad((y) => tf.square(tf.split(y, 1, 0)[0]!), x),
      [2, 4, 6],
    )
  })
})

describe('gradients of gradients', () => {
  exact('of x·σ(x) are right', () => {
    const x = 0.7
    const s = 1 / (1 + Math.exp(-x))
    const d = s * (1 - s)
    const swish = (y: tf.Tensor): tf.Tensor => tf.mul(y, tf.sigmoid(y))
    near(
      grad((y) => grad(swish, y), tensor(x)),
      [2 * d + x * d * (1 - 2 * s)],
    )
  })

  exact('are right for functions of tfjs that save their output', () => {
    const x = { shape: [2, 3], data: Float64Array.of(0.3, -1, 2, 0, 0.5, -0.25) }
    const f = ([y]: tf.Tensor[]): tf.Tensor => tf.sum(tf.mul(tf.logSoftmax(y!), tf.square(y!)))
    expect(gradientError(f, [x])).toBeLessThan(1e-8)
    expect(gradientError(gradientOf(f), [x])).toBeLessThan(1e-8)
  })

  exact('to third order agree with differences', () => {
    const points = [
      { shape: [3], data: Float64Array.of(0.3, -1.2, 2) },
      { shape: [2, 3], data: Float64Array.of(0.5, 1, -0.5, 0.2, 0.1, -1) },
    ]
    const f = ([a, b]: tf.Tensor[]): tf.Tensor =>
      tf.sum(
        tf.mul(tf.tanh(tf.mul(a!, b!)), tf.logSumExp(tf.matMul(b!, tf.exp(tf.reshape(tf.sin(a!), [3, 1]))), 1, true)),
      )
    expect(gradientError(f, points)).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(f, 3), points)).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(gradientOf(f, 3), 5), points)).toBeLessThan(1e-7)
  })

  exact('many deep leave no tensor behind', () => {
    const x = tensor([0.5, 1])
    const depth = (n: number): tf.Tensor => (n === 0 ? tf.exp(x) : gradients(() => sum(depth(n - 1)), [x])[0]!)
    near(depth(5), [Math.exp(0.5), Math.E])
  })
})

describe('a vjp works', () => {
  // y = x · d(x²)/dx = 2x², computed by a vjp in the forward rule and stated with one in the gradient rule
  const inForward = customRule(
    ([x]) => tf.mul(x!, squareSlope(x!)),
    ({ dy, inputs: [x] }) => [tf.mul(dy, tf.mul(x!, 4))],
  )
  const inGradient = customRule(
    ([x]) => tf.square(x!),
    ({ dy, inputs: [x] }) => [tf.mul(dy, squareSlope(x!))],
  )

  exact('inside a forward rule, whether or not a tape is recording', () => {
    const x = tensor([1, 3])
    near(inForward([x]), [2, 18])
    near(
      grad((y) => tf.mul(inForward([y]), y), x),
      [6, 54],
    )
    near(
      grad((y) => grad((z) => inForward([z]), y), x),
      [4, 4],
    )
  })

  exact('inside a gradient rule, at first and second order', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => inGradient([y]), x),
      [2, 6],
    )
    near(
      grad((y) => grad((z) => tf.mul(z, inGradient([z])), y), x),
      [6, 18],
    )
  })

  exact('under an outer tape, whose derivative then is right', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => tf.mul(squareSlope(y), tf.square(y)), x),
      [6, 54],
    )
  })

  exact('after a throw, which leaves no tensor behind', () => {
    const x = tensor([1, 3])
    const fail = (): tf.Tensor => {
      throw new Error('on purpose')
    }
    const before = tf.memory().numTensors
    expect(() => grad((y) => tf.add(tf.exp(tf.square(y)), fail()), x)).toThrow('on purpose')
    expect(() => grad((y) => grad((z) => tf.add(tf.exp(z), fail()), tf.sin(y)), x)).toThrow('on purpose')
    expect(() => grad((y) => tf.add(customRule(fail, () => [])([tf.exp(y)]), y), x)).toThrow('on purpose')
    const badRule = customRule(
      ([y]) => tf.exp(y!),
      () => [fail()],
    )
    expect(() => grad((y) => badRule([tf.exp(y)]), x)).toThrow('on purpose')
    expect(tf.memory().numTensors).toBe(before)
    near(
      grad((y) => tf.square(y), x),
      [2, 6],
    )
    // an inner throw that is caught leaves the outer tape whole
    near(
      grad((y) => {
        const z = tf.square(y)
        expect(() => grad((w) => tf.add(tf.exp(w), fail()), y)).toThrow('on purpose')
        return tf.mul(z, y)
      }, x),
      [3, 27],
    )
  })

  it('outside of a tidy, leaving exactly its results', () => {
    const x = tf.tensor1d([1, 3])
    const before = tf.memory().numTensors
    const { value, gradients: grads } = vjp(() => tf.exp(tf.square(x)), [x])
    expect(tf.memory().numTensors).toBe(before + 2)
    value.dispose()
    grads[0]!.dispose()
    const product = jvp(() => tf.exp(x), [x], [x])
    expect(tf.memory().numTensors).toBe(before + 2)
    product.value.dispose()
    product.tangent.dispose()
    jacobian((y) => tf.exp(y), x).dispose()
    stopGradient(x).dispose()
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})

describe('customRule', () => {
  exact('gives the gradient it states, also to several inputs and outputs', () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])]
    const sumAndProduct = customRule(
      ([x, y]) => [tf.add(x!, y!), tf.mul(x!, y!)],
      ({ dy: [ds, dp], inputs: [x, y] }) => [tf.add(ds!, tf.mul(dp!, y!)), tf.add(ds!, tf.mul(dp!, x!))],
    )
    const f = (): tf.Tensor => {
      const [s, p] = sumAndProduct([a, b])
      return tf.sum(tf.mul(s!, p!))
    }
    // Σ (a + b) a b has slopes 2ab + b² and a² + 2ab
    const [da, db] = gradients(f, [a, b])
    near(da, [15, 32])
    near(db, [7, 20])
    near(gradients(() => tf.sum(gradients(f, [a, b])[0]!), [b])[0], [8, 12])
    near(gradients(() => tf.sum(sumAndProduct([a, b])[1]!), [a])[0], [3, 4])
  })

  exact('takes null for an input without gradient, and hands over inputs and dy themselves safely', () => {
    const x = tensor([1, 2])
    const index = tf.tensor1d([0, 1], 'int32')
    const through = customRule(
      ([y]) => y!,
      ({ dy }) => [dy, null],
    )
    near(
      grad((y) => tf.mul(through([y, index]), y), x),
      [2, 4],
    )
    const itself = customRule(
      ([y]) => tf.square(y!),
      ({ inputs }) => [inputs[0]!],
    )
    near(
      grad((y) => itself([y]), x),
      [1, 2],
    )
  })

  exact('refuses another number of gradients or another shape', () => {
    const x = tensor([1, 2])
    const none = customRule(
      ([y]) => tf.square(y!),
      () => [],
    )
    const scalar = customRule(
      ([y]) => tf.square(y!),
      ({ dy }) => [tf.sum(dy)],
    )
    expect(() => grad((y) => none([y]), x)).toThrow(/one gradient an input/)
    expect(() => grad((y) => scalar([y]), x)).toThrow(/wrong gradient/)
  })
})

describe('stopGradient, jvp and jacobian', () => {
  exact('no gradient flows through stopGradient, at any order', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => tf.mul(stopGradient(tf.square(y)), y), x),
      [1, 9],
    )
    near(
      grad((y) => grad((z) => tf.mul(stopGradient(z), tf.square(z)), y), x),
      [2, 6],
    )
    near(stopGradient(x), [1, 3])
  })

  exact('jvp is the directional derivative', () => {
    const x = tensor([0.5, 1.5])
    const w = tensor([1, 2, 3, 4, 5, 6], [2, 3])
    const f = (): tf.Tensor => tf.exp(tf.reshape(tf.matMul(tf.reshape(tf.sin(x), [1, 2]), w), [3]))
    const { value, tangent } = jvp(f, [x, w], [tensor([1, -2]), tf.fill([2, 3], 0.5)])
    const y = numbers(f())
    near(value, y)
    const [s, c] = [[0.5, 1.5].map(Math.sin), [0.5, 1.5].map(Math.cos)]
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    near(
      tangent,
      y.map((v, k) => v * (c[0]! * rows[0]![k]! - 2 * c[1]! * rows[1]![k]! + 0.5 * (s[0]! + s[1]!))),
      9,
    )
    near(jvp(() => tf.fill([2], 3), [x], [x]).tangent, [0, 0])
    near(jvp(() => x, [x], [tensor([1, -2])]).tangent, [1, -2])
    expect(() => jvp(f, [x], [])).toThrow(/wrong tangent 0/)
  })

  exact('a jvp is differentiable', () => {
    const x = tensor([0.5, 1.5])
    const t = tensor([1, -2])
    // the jvp of x³ along t is 3x² t, of slope 6 x t
    near(
      grad((y) => jvp(() => tf.pow(y, 3), [y], [t]).tangent, x),
      [3, -18],
    )
  })

  exact('jacobian of one event, of a batch and of images', () => {
    const x = tensor([1, 2, 3])
    const f = (y: tf.Tensor): tf.Tensor => {
      const [a, b, c] = tf.unstack(y, -1)
      return tf.stack([tf.mul(a!, b!), tf.square(c!)], -1 + y.rank)
    }
    const j = jacobian(f, x)
    expect(j.shape).toEqual([2, 3])
    near(j, [2, 1, 0, 0, 0, 6])
    const batch = tensor([1, 2, 3, 4, 5, 6], [2, 1, 3])
    const jb = jacobian(f, batch)
    expect(jb.shape).toEqual([2, 1, 2, 3])
    near(jb, [2, 1, 0, 0, 0, 6, 5, 4, 0, 0, 0, 12])
    const image = jacobian((y) => tf.square(y), tensor([1, 2, 3, 4], [1, 2, 2]), 2)
    expect(image.shape).toEqual([1, 4, 4])
    near(image, [2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 8])
    near(
      jacobian((y) => tf.square(y), tensor([1, 2]), 0),
      [2, 4],
    )
  })

  exact('jacobian is differentiable, also in parameters', () => {
    const x = { shape: [2, 3], data: Float64Array.of(0.3, -1, 2, 0.1, 0.5, -0.25) }
    const w = { shape: [3, 2], data: Float64Array.of(1, 0.5, -0.5, 0.25, 2, -1) }
    const f = ([y, v]: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.square(jacobian((z) => tf.tanh(tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]), v!), [-1, 2, 2])), y!)))
    const g = ([y, v]: tf.Tensor[]): tf.Tensor =>
      tf.sum(
        tf.square(
          jacobian((z) => tf.tanh(tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]), v!), [...z.shape.slice(0, -1), 2])), y!),
        ),
      )
    expect(() => tf.tidy(() => f([tensor(x.data, x.shape), tensor(w.data, w.shape)]))).toThrow(/leading axes/)
    expect(gradientError(g, [x, w])).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(g), [x, w])).toBeLessThan(1e-7)
  })
})

describe('installed rules', () => {
  exact('come back by the next gradient when something has overwritten them', () => {
    const wrong: tf.GradConfig = { kernelName: 'Exp', gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 3) }) }
    tf.registerGradient(wrong)
    near(
      grad((y) => tf.exp(y), tensor([0, 1])),
      [1, Math.E],
    )
    expect(tf.getGradient('Exp')).not.toBe(wrong)
    tf.unregisterGradient('Exp')
    near(
      grad((y) => tf.exp(y), tensor([0, 1])),
      [1, Math.E],
    )
  })

  it('make tfjs’s own gradients work as well', () => {
    installRules(rules)
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    const engine = tf.engine() as unknown as {
      gradients(f: () => tf.Tensor, xs: tf.Tensor[]): { value: tf.Tensor; grads: tf.Tensor[] }
    }
    const found = engine.gradients(() => {
      const a = tf.add(x, 1)
      return tf.sum(tf.add(tf.mul(a, tf.add(a, x)), tf.sub(a, a)))
    }, [x])
    // Σ (x + 1) (2x + 1) has slope 4x + 3
    expect([...found.grads[0]!.dataSync()]).toEqual([7, 11])
    found.value.dispose()
    found.grads[0]!.dispose()
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})
