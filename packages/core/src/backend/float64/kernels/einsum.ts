import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { sizeOf } from '../../../shape.js'
import { offsets, stridesOf, zeros } from '../array.js'
import { defineList } from '../kernel.js'

/** Sums of products by letters: each operand is walked over all letters, with stride 0 along those that it lacks. */
export const einsumKernels: readonly tf.KernelConfig[] = [
  defineList('Einsum', (xs, { equation }: tf.EinsumAttrs) => {
    const [left, output] = equation.replace(/\s/g, '').split('->') as [string, string | undefined]
    const operands = left.split(',')
    if (
      output === undefined ||
      operands.length !== xs.length ||
      operands.some((o, n) => o.length !== xs[n]!.shape.length)
    )
      throw new EbbflowError('argument', 'einsum equation does not fit its operands', { received: equation })
    const sizes = new Map<string, number>()
    operands.forEach((letters, n) => {
      ;[...letters].forEach((letter, d) => {
        const size = xs[n]!.shape[d]!
        if ((sizes.get(letter) ?? size) !== size)
          throw new EbbflowError('shape', `einsum sizes of '${letter}' differ`, { received: equation })
        sizes.set(letter, size)
      })
    })
    const summed = [...sizes.keys()].filter((letter) => !output.includes(letter))
    const shape = [...output].map((letter) => sizes.get(letter)!)
    const terms = summed.map((letter) => sizes.get(letter)!)
    const places = operands.map((letters, n) => {
      const strides = stridesOf(xs[n]!.shape)
      const along = (letter: string): number =>
        [...letters].reduce((sum, own, d) => (own === letter ? sum + strides[d]! : sum), 0)
      return offsets([...shape, ...terms], [...output, ...summed].map(along))
    })
    const out = zeros(shape, xs[0]!.dtype)
    const n = sizeOf(terms)
    for (let k = 0; k < out.values.length * n; k++) {
      const product = xs.reduce((p, x, at) => p * x.values[places[at]![k]!]!, 1)
      const at = Math.floor(k / n)
      out.values[at] = out.values[at]! + product
    }
    return out
  }),
]
