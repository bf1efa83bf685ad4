import { type Shape, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Family, FamilyParameters } from './family.js'

/**
 * Cuts a conditioner's output `[...batch, n · rawSize]` into a family's raw parameters for n values: one parameter after another, each
 * `[...batch, n, ...shape]`, shifted by the family's identity, so that an output of zero is the identity.
 */
export function splitRaw(family: Family, raw: tf.Tensor, n: number): FamilyParameters {
  const names = Object.keys(family.shapes)
  const shapes: Shape[] = names.map((name) => family.shapes[name]!)
  const sizes = shapes.map((shape) => n * sizeOf(shape))
  const parts = names.length === 1 ? [raw] : tf.split(raw, sizes, -1)
  return Object.fromEntries(
    names.map((name, i) => {
      const part =
        shapes[i]!.length === 0 ? parts[i]! : tf.reshape(parts[i]!, [...raw.shape.slice(0, -1), n, ...shapes[i]!])
      const identity = family.identity[name] ?? 0
      return [name, identity === 0 ? part : tf.add(part, identity)]
    }),
  )
}
