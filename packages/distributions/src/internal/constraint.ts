import { check, constant, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Numbers } from './numbers.js'

/**
 * Where the values of a parameter may lie, and how a learnable one is kept there: `raw` is the trained tensor, `start` the values that
 * the distribution was made with, and `value(raw₀, start)` is `start` to the bit.
 */
export interface Constraint {
  /** Right-hand axes that belong to one distribution, not to the batch. */
  readonly rank: number
  /** The name of the trained tensor for a parameter's name. */
  rawName(name: string): string
  /** Throws unless the numbers are allowed. */
  check(name: string, numbers: Numbers): void
  /** The trained tensor at the start. */
  raw(start: tf.Tensor): tf.Tensor
  /** The parameter's value. */
  value(raw: tf.Tensor, start: tf.Tensor): tf.Tensor
}

const capital = (name: string): string => `raw${name[0]!.toUpperCase()}${name.slice(1)}`

const every = (numbers: Numbers, allowed: (v: number) => boolean, name: string, expected: string): void => {
  const at = numbers.values.findIndex((v) => !allowed(v))
  check(at < 0, `${name} must be ${expected}`, { received: `${numbers.values[at]}` })
}

/** Any finite number; trained as it is. */
export const FREE: Constraint = {
  rank: 0,
  rawName: (name) => name,
  check: (name, numbers) => every(numbers, Number.isFinite, name, 'finite'),
  raw: (start) => tf.clone(start),
  value: (raw) => raw,
}

/** A positive number: value = start · e^raw, so that training moves it by factors, whatever its unit. */
export const POSITIVE: Constraint = {
  rank: 0,
  rawName: capital,
  check: (name, numbers) => every(numbers, (v) => v > 0 && v < Infinity, name, 'positive and finite'),
  raw: (start) => constant(0, start.shape),
  value: (raw, start) => tf.mul(start, tf.exp(raw)),
}

/** Log-weights of categories on the last axis, in any unit. */
export const LOGITS: Constraint = { ...FREE, rank: 1 }

/** Weights of categories on the last axis, at least 0, not necessarily of sum 1: value = start · e^raw, so that zeros stay zeros. */
export const WEIGHTS: Constraint = {
  ...POSITIVE,
  rank: 1,
  check: (name, numbers) => {
    every(numbers, (v) => v >= 0 && v < Infinity, name, 'at least 0 and finite')
    const k = numbers.shape.at(-1) ?? 1
    for (let i = 0; i < numbers.values.length; i += k)
      check(
        numbers.values.subarray(i, i + k).some((v) => v > 0),
        `${name} must not all be 0`,
      )
  },
}

/** A number of (0, 1): its log-odds move by raw, value = p eʳ / (1 + p (eʳ − 1)). */
export const PROBABILITY: Constraint = {
  ...POSITIVE,
  check: (name, numbers) => every(numbers, (v) => v > 0 && v < 1, name, 'between 0 and 1'),
  value: (raw, start) => {
    const odds = tf.exp(raw)
    return tf.div(tf.mul(start, odds), tf.add(tf.mul(start, tf.sub(odds, 1)), 1))
  },
}

/** A vector, such as the location of a multivariate distribution. */
export const VECTOR: Constraint = { ...FREE, rank: 1 }

/** A vector of positive numbers. */
export const POSITIVE_VECTOR: Constraint = { ...POSITIVE, rank: 1 }

/**
 * A lower-triangular matrix with a positive diagonal: what is below the diagonal is trained as it is, the diagonal is start · e^raw.
 */
export const LOWER_TRIANGULAR: Constraint = {
  rank: 2,
  rawName: capital,
  check: (name, { values, shape }) => {
    const n = shape.at(-1) ?? 0
    check(shape.length >= 2 && shape.at(-2) === n, `${name} must be square`, { received: `[${shape.join(', ')}]` })
    every({ values, shape }, Number.isFinite, name, 'finite')
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor(i / n) % n
      const column = i % n
      check(row >= column || values[i] === 0, `${name} must be 0 above its diagonal`, { received: `${values[i]}` })
      check(row !== column || values[i]! > 0, `${name} must be positive on its diagonal`, { received: `${values[i]}` })
    }
  },
  raw: (start) => tf.mul(start, strictlyLower(start.shape.at(-1)!)),
  value: (raw, start) => {
    const n = raw.shape.at(-1)!
    const eye = tf.eye(n)
    return tf.add(tf.mul(raw, strictlyLower(n)), tf.mul(tf.mul(start, eye), tf.exp(tf.mul(raw, eye))))
  },
}

/** Ones below the diagonal, zeros on it and above. */
const strictlyLower = (n: number): tf.Tensor =>
  tensor(
    Float64Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) > i % n ? 1 : 0)),
    [n, n],
  )
