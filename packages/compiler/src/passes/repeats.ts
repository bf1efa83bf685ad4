import { type Shape, sizeOf } from '@ebbflow/core'
import { isElementwise } from '../emit/elementwise.js'
import { type Graph, mapInputs, stridesOf, type Use } from '../graph.js'
import { Rewriter } from './rewrite.js'

/** Kernels that read views. */
const readsViews = (kernel: string): boolean => isElementwise(kernel) || /^(MatMul|Join|Sum|Max|Min|Prod)$/.test(kernel)

/** Constants that repeat themselves along an axis, as what was made of numbers for each row does, are kept once and read again and again. */
export function repeats(graph: Graph): Graph {
  const known = new Map<string, Use>()
  return Rewriter.run(graph, (node, rewriter) => {
    if (!readsViews(node.kernel)) return undefined
    let some = false
    const own = mapInputs(node, (use) => {
      const { origin, dtype } = rewriter.draft.values[use.value]!
      if (origin.kind !== 'constant' || use.view) return use
      const key = `${use.value} ${use.shape}`
      let found = known.get(key)
      if (!found) {
        const once = onceOf(origin.data, use.shape)
        found = once
          ? {
              value: rewriter.draft.value(once.shape, dtype, { kind: 'constant', data: once.data }),
              shape: use.shape,
              view: {
                offset: 0,
                strides: stridesOf(once.shape).map((stride, i) => (once.shape[i] === 1 ? 0 : stride)),
              },
            }
          : use
        known.set(key, found)
      }
      some ||= found !== use
      return found
    })
    if (!some) return undefined
    rewriter.draft.nodes.push(own)
    return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
  })
}

/** Numbers of a shape with one entry along each axis that they repeat themselves along; undefined where there is none. */
function onceOf(data: ArrayLike<number>, shape: Shape): { data: ArrayLike<number>; shape: number[] } | undefined {
  const strides = stridesOf(shape)
  const isRepeated = (axis: number): boolean => {
    const stride = strides[axis]!
    const whole = shape[axis]! * stride
    for (let i = 0; i < data.length; i++) if (i % whole >= stride && !Object.is(data[i], data[i - stride])) return false
    return true
  }
  const small = shape.map((size, axis) => (size > 1 && isRepeated(axis) ? 1 : size))
  if (sizeOf(small) === data.length || data.length === 0) return undefined
  const numbers = new (data.constructor as Float32ArrayConstructor)(sizeOf(small))
  const own = stridesOf(small)
  for (let i = 0; i < numbers.length; i++) {
    const from = own.reduce((sum, stride, axis) => sum + (Math.floor(i / stride) % small[axis]!) * strides[axis]!, 0)
    numbers[i] = data[from]!
  }
  return { data: numbers, shape: small }
}
