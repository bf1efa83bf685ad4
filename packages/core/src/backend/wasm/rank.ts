import type { TensorInfo } from '@tensorflow/tfjs-core'
import { broadcastShapes, type Shape } from '../../shape.js'
import type { Mend } from '../mend.js'
import type { BackendWasm } from './heap.js'

/** Axes beyond which the backend's broadcasting and padding silently go wrong. */
const MOST = 6

const BROADCASTING = [
  ...['Add', 'Atan2', 'Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'LogicalXor'],
  ...['Multiply', 'NotEqual', 'Pow', 'RealDiv', 'SquaredDifference', 'Sub'],
]

/** Lengths of runs of neighbouring axes that are alike. */
function runs(kinds: readonly string[]): number[] {
  return kinds.reduce<number[]>((out, kind, i) => {
    if (i > 0 && kind === kinds[i - 1]) out[out.length - 1]! += 1
    else out.push(1)
    return out
  }, [])
}

/** A shape with each run of axes as one. */
function merged(shape: Shape, lengths: readonly number[]): number[] {
  let from = 0
  return lengths.map((length) => {
    from += length
    return shape.slice(from - length, from).reduce((a, b) => a * b, 1)
  })
}

function expectFew(lengths: readonly number[], kernel: string): void {
  if (lengths.length > MOST) throw new Error(`${kernel}: WASM takes at most ${MOST} axes, and these cannot be merged`)
}

const broadcasting = (kernel: string): Mend<BackendWasm> => ({
  kernel,
  mend: (original) => (call) => {
    const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo }
    const rank = Math.max(a.shape.length, b.shape.length)
    if (rank <= MOST) return original(call)
    const full = (shape: Shape): number[] => [...Array<number>(rank - shape.length).fill(1), ...shape]
    const [left, right] = [full(a.shape), full(b.shape)]
    const kinds: string[] = []
    for (const [i, n] of left.entries()) {
      const alone = n === 1 && right[i] === 1
      kinds.push(alone ? (kinds.at(-1) ?? 'same') : n === right[i] ? 'same' : n === 1 ? 'left' : 'right')
    }
    const lengths = runs(kinds)
    expectFew(lengths, kernel)
    const inputs = { a: { ...a, shape: merged(left, lengths) }, b: { ...b, shape: merged(right, lengths) } }
    const out = original({ ...call, inputs }) as TensorInfo
    return { ...out, shape: broadcastShapes(a.shape, b.shape) }
  },
})

const pad: Mend<BackendWasm> = {
  kernel: 'PadV2',
  mend: (original) => (call) => {
    const x = call.inputs.x!
    if (x.shape.length <= MOST) return original(call)
    const paddings = call.attrs.paddings as [number, number][]
    const lengths = runs(paddings.map(([before, after], i) => (before + after === 0 ? 'none' : `${i}`)))
    expectFew(lengths, 'PadV2')
    let at = 0
    const few = lengths.map((length) => {
      at += length
      return paddings[at - 1]!
    })
    const out = original({
      ...call,
      inputs: { x: { ...x, shape: merged(x.shape, lengths) } },
      attrs: { ...call.attrs, paddings: few },
    }) as TensorInfo
    return { ...out, shape: x.shape.map((n, i) => n + paddings[i]![0] + paddings[i]![1]) }
  },
}

/** Tensors of many axes: neighbouring axes that are treated alike are taken as one. */
export const rankMends: readonly Mend<BackendWasm>[] = [...BROADCASTING.map(broadcasting), pad]
