import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Kernel, type Mend, type Run, scratch } from '../../mend.js'
import type { NativeBackend } from '../ops.js'

type Pad = string | number | readonly (readonly [number, number])[]

/** Padding before and after each axis; undefined where it is 'same' or 'valid', which TensorFlow takes itself. */
function explicit(pad: Pad): [number, number][] | undefined {
  if (typeof pad === 'string') return undefined
  if (typeof pad !== 'number') return pad.map(([before, after]) => [before, after])
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]
}

const padded = (run: Run, x: TensorInfo, paddings: [number, number][]): TensorInfo =>
  run('PadV2', { x }, { paddings, constantValue: 0 })

/** A kernel that looks at its input x through a padding. */
const looking = (kernel: string): Mend<NativeBackend> => ({
  kernel,
  mend: (original) => (call) => {
    const paddings = explicit(call.attrs.pad as Pad)
    if (!paddings) return original(call)
    return scratch(call.backend, (run) => {
      const x = padded(run, call.inputs.x!, paddings)
      return original({ ...call, inputs: { ...call.inputs, x }, attrs: { ...call.attrs, pad: 'valid' } }) as TensorInfo
    })
  },
})

/** A kernel that gives the gradient of a padded input: of all of it, then cut to the input. */
const receiving = (kernel: string): Mend<NativeBackend> => ({
  kernel,
  mend: (original: Kernel<NativeBackend>) => (call) => {
    const paddings = explicit(call.attrs.pad as Pad)
    if (!paddings) return original(call)
    const size = call.attrs.inputShape as number[]
    const inputShape = size.map((n, d) => n + paddings[d]![0] + paddings[d]![1])
    return scratch(call.backend, (run) => {
      const all = original({ ...call, attrs: { ...call.attrs, pad: 'valid', inputShape } }) as TensorInfo
      try {
        return run('Slice', { x: all }, { begin: paddings.map(([before]) => before), size })
      } finally {
        call.backend.disposeData(all.dataId)
      }
    })
  },
})

/** tfjs-node refuses a padding given in numbers. */
export const paddingMends: readonly Mend<NativeBackend>[] = [
  looking('Conv2D'),
  looking('Conv2DBackpropFilter'),
  looking('DepthwiseConv2dNative'),
  looking('DepthwiseConv2dNativeBackpropFilter'),
  receiving('Conv2DBackpropInput'),
  receiving('DepthwiseConv2dNativeBackpropInput'),
]
