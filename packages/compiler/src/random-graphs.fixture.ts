import { constant, iterate, logNdtr, ndtri, slogdet, solve, tensor, triangularSolve } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'

/** One kernel of a random program: what it does, and numbers that choose its inputs and options. */
export interface Instruction {
  readonly kernel: keyof typeof KERNELS
  readonly picks: readonly number[]
}

/** A random program: the shapes of its inputs, and kernels on what was there before. */
export interface RandomProgram {
  readonly shapes: readonly (readonly number[])[]
  readonly instructions: readonly Instruction[]
  readonly seed: number
}

type Pick = (n: number) => number
type Kernel = (x: tf.Tensor, others: readonly tf.Tensor[], pick: Pick) => tf.Tensor | undefined

/** Another tensor that broadcasts with x, or x itself. */
const partner = (x: tf.Tensor, others: readonly tf.Tensor[], pick: Pick): tf.Tensor => {
  const fitting = others.filter((other) => {
    const [a, b] = [[...x.shape].reverse(), [...other.shape].reverse()]
    const size = Math.max(a.length, b.length)
    return Array.from({ length: size }).every(
      (_, i) => a[i] === undefined || b[i] === undefined || a[i] === b[i] || a[i] === 1 || b[i] === 1,
    )
  })
  return fitting[pick(fitting.length)] ?? x
}

/** Numbers of moderate size, so that rounding does not grow without bound. */
const held = (x: tf.Tensor): tf.Tensor => tf.clipByValue(x, -4, 4)
const axis = (x: tf.Tensor, pick: Pick): number => pick(x.rank)

/** Multiples of 1/16 between −1 and 1, the same on each backend. */
const weights = (shape: readonly number[], seed: number): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float32Array.from({ length: size }, (_, i) => (((i + 1) * (2 * seed + 7)) % 33) / 16 - 1),
    shape,
  )
}

/** Ones where a unit may depend on another, as in masked networks whose units are sorted: all below a slope, or above it. */
const triangle = (rows: number, columns: number, upper: boolean): tf.Tensor =>
  tensor(
    Float32Array.from({ length: rows * columns }, (_, i) => {
      const below = Math.floor(i / columns) * columns <= (i % columns) * rows
      return below === upper ? 1 : 0
    }),
    [rows, columns],
  )

/** x under a shape of an image with few channels, or undefined where it has none. */
const image = (x: tf.Tensor): tf.Tensor4D | undefined => {
  if (x.size === 0 || x.size > 2000) return undefined
  if (x.rank === 4) return x as tf.Tensor4D
  return x.rank === 3 ? (tf.expandDims(x, 0) as tf.Tensor4D) : undefined
}

const KERNELS = {
  add: (x, o, p) => held(tf.add(x, partner(x, o, p))),
  sub: (x, o, p) => held(tf.sub(partner(x, o, p), x)),
  mul: (x, o, p) => held(tf.mul(x, partner(x, o, p))),
  div: (x, o, p) => tf.div(x, tf.add(tf.abs(partner(x, o, p)), 1)),
  maximum: (x, o, p) => tf.maximum(x, partner(x, o, p)),
  squaredDifference: (x, o, p) => held(tf.squaredDifference(x, partner(x, o, p))),
  exp: (x) => tf.exp(tf.neg(tf.abs(x))),
  log: (x) => tf.log(tf.add(tf.abs(x), 0.5)),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => tf.softplus(x),
  relu: (x) => tf.relu(x),
  elu: (x) => tf.elu(x),
  leakyRelu: (x) => tf.leakyRelu(x, 0.25),
  sqrt: (x) => tf.sqrt(tf.add(tf.abs(x), 0.25)),
  square: (x) => held(tf.square(x)),
  scale: (x) => tf.add(tf.mul(x, 0.5), 0.25),
  sumLast: (x) => (x.rank > 0 ? tf.mean(x, -1, true) : undefined),
  sumAxis: (x, _, p) => (x.rank > 0 ? held(tf.sum(x, axis(x, p))) : undefined),
  maxAxis: (x, _, p) => (x.rank > 0 ? tf.max(x, axis(x, p)) : undefined),
  minAll: (x) => (x.size > 0 ? tf.min(x) : undefined),
  sumSome: (x, _, p) => (x.rank > 1 ? held(tf.sum(x, [0, 1 + p(x.rank - 1)])) : undefined),
  softmax: (x) => (x.rank > 0 ? tf.softmax(x) : undefined),
  logSoftmax: (x) => (x.rank > 0 ? tf.logSoftmax(x) : undefined),
  transpose: (x) => (x.rank > 1 ? tf.transpose(x) : undefined),
  swap: (x) =>
    x.rank > 2 ? tf.transpose(x, [1, 0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2)]) : undefined,
  flatten: (x) => tf.reshape(x, [x.size]),
  column: (x) => tf.reshape(x, [x.size, 1]),
  expand: (x, _, p) => (x.rank < 4 ? tf.expandDims(x, p(x.rank + 1)) : undefined),
  reverse: (x, _, p) => (x.rank > 0 ? tf.reverse(x, axis(x, p)) : undefined),
  slice: (x, _, p) => {
    if (x.rank === 0 || x.size === 0) return undefined
    const at = axis(x, p)
    const begin = x.shape.map((n, i) => (i === at ? p(n) : 0))
    return tf.slice(
      x,
      begin,
      x.shape.map((n, i) => (i === at ? 1 + p(n - begin[i]!) : n)),
    )
  },
  concat: (x, _, p) => (x.rank > 0 ? tf.concat([x, tf.neg(x)], axis(x, p)) : undefined),
  stack: (x, _, p) => (x.rank < 3 ? tf.stack([x, tf.tanh(x)], p(x.rank + 1)) : undefined),
  pad: (x, _, p) => {
    const paddings = x.shape.map((): [number, number] => [p(2), p(3)])
    return x.rank > 0 && x.rank < 5 ? tf.pad(x, paddings, 0.5) : undefined
  },
  tile: (x, _, p) =>
    x.rank > 0 && x.size < 500
      ? tf.tile(
          x,
          x.shape.map(() => 1 + p(2)),
        )
      : undefined,
  cumsum: (x, _, p) => (x.rank > 0 ? held(tf.mul(tf.cumsum(x, axis(x, p), p(2) === 0, p(2) === 0), 0.25)) : undefined),
  gather: (x, _, p) => {
    const at = x.rank > 0 ? axis(x, p) : 0
    if (x.rank === 0 || x.shape[at] === 0) return undefined
    return tf.gather(x, tf.tensor1d([p(x.shape[at]!), 0, p(x.shape[at]!)], 'int32'), at)
  },
  unstack: (x, _, p) => (x.rank > 0 && x.shape[0]! > 0 ? tf.unstack(x, 0)[p(x.shape[0]!)] : undefined),
  where: (x, o, p) => {
    const other = partner(x, o, p)
    return tf.where(tf.greater(x, other), tf.add(x, tf.mul(other, 0)), tf.sub(other, 0.25))
  },
  masks: (x) => tf.cast(tf.logicalAnd(tf.less(x, 1), tf.logicalNot(tf.lessEqual(x, -1))), 'float32'),
  sin: (x) => tf.sin(tf.mul(x, 2)),
  cos: (x) => tf.cos(x),
  erf: (x) => tf.erf(x),
  cube: (x) => held(tf.pow(x, 3)),
  power: (x, o, p) => held(tf.pow(tf.add(tf.abs(x), 0.25), held(partner(x, o, p)))),
  arc: (x, o, p) => tf.atan2(x, tf.add(tf.abs(partner(x, o, p)), 0.5)),
  slope: (x) => tf.tan(tf.mul(tf.tanh(x), 0.75)),
  normal: (x) => logNdtr(x),
  tail: (x) => ndtri(tf.add(tf.mul(tf.sigmoid(x), 0.9375), 0.03125)),
  solved: (x, _, p) => {
    if (x.rank < 2 || x.size === 0 || x.shape.at(-2)! > 17) return undefined
    const n = x.shape.at(-2)!
    const matrix = tf.add(tf.mul(weights([n, n], p(5)), constant(0.5 / n)), tf.eye(n))
    const options = { lower: p(2) === 0, transpose: p(2) === 0, unitDiagonal: p(2) === 0 }
    return held(p(2) === 0 ? solve(matrix, x, options) : triangularSolve(matrix, x, options))
  },
  determinants: (x) => {
    if (x.rank < 2 || x.size === 0 || x.shape.at(-1)! > 9 || x.shape.at(-1) !== x.shape.at(-2)) return undefined
    const n = x.shape.at(-1)!
    return held(slogdet(tf.add(tf.mul(held(x), constant(0.125 / n)), tf.eye(n))).logAbsDet)
  },
  dense: (x, _, p) => {
    if (x.rank !== 2 || x.size === 0) return undefined
    const n = 1 + p(9)
    const sum = tf.add(tf.matMul(x as tf.Tensor2D, weights([x.shape[1]!, n], p(5)) as tf.Tensor2D), weights([n], 1))
    return tf.tanh(tf.mul(sum, 0.25))
  },
  masked: (x, _, p) => {
    if (x.rank !== 2 || x.size === 0) return undefined
    const [rows, n] = [x.shape[1]!, [1, 5, 8, 21, 33][p(5)]!]
    const kernel = tf.mul(weights([rows, n], p(5)), triangle(rows, n, p(2) === 0))
    return held(tf.mul(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), 0.25))
  },
  maskedOnce: (x, o, p) => {
    const other = o.find((y) => y.rank === 2 && x.rank === 2 && y.shape[0] === x.shape[0] && y.size * x.size > 0)
    if (!other || x.shape[1]! * other.shape[1]! > 5000) return undefined
    const product = tf.matMul(x as tf.Tensor2D, other as tf.Tensor2D, true, false)
    return held(tf.mul(tf.mul(product, triangle(x.shape[1]!, other.shape[1]!, p(2) === 0)), 0.125))
  },
  convolve: (x, _, p) => {
    const from = image(x)
    if (!from || from.shape[3] > 9) return undefined
    const [height, width, n] = [1 + p(3), 1 + p(3), 1 + p(9)]
    const filter = weights([height, width, from.shape[3], n], p(5)) as tf.Tensor4D
    // in steps, tfjs's own kernel is wrong where it pads small images
    if (p(2) === 0) return held(tf.mul(tf.conv2d(from, filter, 1, 'same'), 0.125))
    if (from.shape[1] < height || from.shape[2] < width) return undefined
    return held(tf.mul(tf.conv2d(from, filter, 1 + p(2), 'valid'), 0.125))
  },
  repeat: (x, _, p) => {
    if (x.rank === 0 || x.size === 0 || x.size > 2000) return undefined
    const pace = tensor([0.75])
    // as often as its rows need: the fewest and the most turns differ
    return iterate({
      state: [x],
      step: ([s]) => {
        const next = tf.mul(s!, pace)
        const rest = Array.from({ length: x.rank - 1 }, (_, i) => i + 1)
        const size = rest.length === 0 ? tf.abs(next) : tf.max(tf.abs(next), rest)
        // between two values that the sizes take, so that rounding decides nothing
        return { state: [next], done: tf.less(size, 0.6875) }
      },
      maxIterations: 1 + p(12),
    }).state[0]!
  },
  gram: (x) => (x.rank === 2 && x.size > 0 ? held(tf.mul(tf.matMul(x, x, false, true), 0.125)) : undefined),
  covariance: (x) => (x.rank === 2 && x.size > 0 ? held(tf.mul(tf.matMul(x, x, true, false), 0.125)) : undefined),
  product: (x, o, p) => {
    const fitting = o.filter((other) => x.rank === 2 && other.rank === 2 && other.shape[0] === x.shape[1] && x.size > 0)
    const other = fitting[p(fitting.length)]
    return other ? held(tf.mul(tf.matMul(x, other), 0.25)) : undefined
  },
  batched: (x) => (x.rank === 3 && x.size > 0 ? held(tf.mul(tf.matMul(x, x, true, false), 0.125)) : undefined),
} as const satisfies Record<string, Kernel>

const sizes: fc.Arbitrary<number> = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 17, 63, 64, 65)

/** Random programs of a few inputs and up to 14 kernels. */
export const randomPrograms: fc.Arbitrary<RandomProgram> = fc.record({
  shapes: fc.array(
    fc.array(sizes, { minLength: 0, maxLength: 3 }).filter((shape) => shape.reduce((a, b) => a * b, 1) <= 5000),
    { minLength: 1, maxLength: 3 },
  ),
  instructions: fc.array(
    fc.record({
      kernel: fc.constantFrom(...(Object.keys(KERNELS) as (keyof typeof KERNELS)[])),
      picks: fc.array(fc.nat(1000), { minLength: 7, maxLength: 7 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  seed: fc.nat(1e6),
})

/** Runs a program on the current backend; the last few results are its outputs. */
export function interpret({ instructions }: RandomProgram, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const all = [...inputs]
  for (const { kernel, picks } of instructions) {
    let next = 0
    const pick: Pick = (n) => (n <= 0 ? 0 : picks[next++ % picks.length]! % n)
    const x = all[pick(all.length)]!
    const made = (KERNELS[kernel] as Kernel)(x, all, pick)
    if (made && made.size <= 20000 && made.rank <= 4) all.push(made)
  }
  return all.slice(-3)
}

/** The inputs of a program: values in [−2, 2], multiples of 1/64, so that single and double precision start from the same. */
export function inputsOf({ shapes, seed }: RandomProgram): tf.Tensor[] {
  let state = seed + 1
  return shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const values = Float32Array.from({ length: size }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return ((state >>> 8) % 257) / 64 - 2
    })
    return tensor(values, shape)
  })
}
