import { EbbflowError, type Json, type NestedNumbers, type Shape, sizeOf, type TensorLike } from '@ebbflow/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** Numbers in row-major order with their shape. */
export interface Numbers {
  readonly values: Float64Array
  readonly shape: readonly number[]
}

/** Copies what a parameter was given as, in double precision; reads a tensor, and needs no backend for anything else. */
export function numbersOf(given: TensorLike): Numbers {
  if (given instanceof Tensor) return { values: Float64Array.from(given.dataSync()), shape: given.shape }
  if (typeof given !== 'number' && !Array.isArray(given)) {
    const flat = Float64Array.from(given as Float64Array)
    return { values: flat, shape: [flat.length] }
  }
  const shape: number[] = []
  for (let at: NestedNumbers = given as NestedNumbers; typeof at !== 'number'; at = at[0] ?? 0) shape.push(at.length)
  const values: number[] = []
  const walk = (node: NestedNumbers, depth: number): void => {
    if (depth === shape.length ? typeof node !== 'number' : typeof node === 'number' || node.length !== shape[depth])
      throw new EbbflowError('shape', 'ragged nested array')
    if (typeof node === 'number') values.push(node)
    else for (const child of node) walk(child, depth + 1)
  }
  walk(given as NestedNumbers, 0)
  return { values: Float64Array.from(values), shape }
}

/** The numbers as nested arrays, for files. */
export function toJson({ values, shape }: Numbers): Json {
  if (shape.length === 0) return values[0]!
  const inner = shape.slice(1)
  const size = sizeOf(inner)
  return Array.from({ length: shape[0]! }, (_, i) =>
    toJson({ values: values.subarray(i * size, (i + 1) * size), shape: inner }),
  )
}

/** The shape of what a parameter was given as, without reading a tensor. */
export function shapeOf(given: TensorLike): Shape {
  return given instanceof Tensor ? given.shape : numbersOf(given).shape
}
