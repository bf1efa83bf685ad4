import { sizeOf } from '@ebbflow/core'
import type { Binding } from './engine.js'
import type { Constant, Op, Source, Typed } from './op-graph.js'

/** A graph that is being written. */
export interface Writing {
  readonly binding: Binding
  op(op: Op): Source
  constant(constant: Constant): Source
}

/** The most axes of which TensorFlow's own softmax within a graph can take. */
const MOST_AXES = 5

/** Writes other ops in the place of those that a graph does not treat as eager TensorFlow does; undefined where it does. */
export function substitute(op: Op, writing: Writing): Source | undefined {
  const [output] = op.outputs
  if (op.name === 'ZerosLike') return zeros(output!, writing)
  if (op.name === 'Softmax' && output!.shape.length > MOST_AXES) return flatSoftmax(op, writing)
  return undefined
}

/** Zeros that TensorFlow does not see to be zeros, lest it take 0 · x for 0. */
function zeros({ shape, dtype }: Typed, { binding, op, constant }: Writing): Source {
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = binding
  const values = dtype === TF_FLOAT ? new Float32Array(1) : dtype === TF_INT32 ? new Int32Array(1) : new Uint8Array(1)
  const attributes = [
    { name: 'T', type: TF_ATTR_TYPE, value: dtype },
    { name: 'index_type', type: TF_ATTR_TYPE, value: TF_INT32 },
  ]
  const inputs = [sizes(shape, binding, constant), constant({ shape: [], dtype, values })]
  return op({ name: 'Fill', attributes, inputs, outputs: [{ shape, dtype }] })
}

/** A softmax of the last axis, the others taken together. */
function flatSoftmax({ attributes, inputs, outputs }: Op, { binding, op, constant }: Writing): Source {
  const { shape, dtype } = outputs[0]!
  const last = shape.at(-1)!
  const flat = [sizeOf(shape) / last, last]
  const reshaped = (source: Source, to: readonly number[]): Source =>
    op({
      name: 'Reshape',
      attributes: [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: dtype },
        { name: 'Tshape', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ],
      inputs: [source, sizes(to, binding, constant)],
      outputs: [{ shape: to, dtype }],
    })
  const softmax = op({
    ...{ name: 'Softmax', attributes, inputs: [reshaped(inputs[0]!, flat)], outputs: [{ shape: flat, dtype }] },
  })
  return reshaped(softmax, shape)
}

const sizes = (shape: readonly number[], { TF_INT32 }: Binding, constant: Writing['constant']): Source =>
  constant({ shape: [shape.length], dtype: TF_INT32, values: Int32Array.from(shape) })
