import * as tf from '@tensorflow/tfjs-core'

/** The gradient of what was taken apart is the stack of the parts' gradients; one part is no array. */
export const unpack: tf.GradConfig = {
  kernelName: 'Unpack',
  inputsToSave: [],
  gradFunc: (dys, _, attrs) => {
    const parts = (Array.isArray(dys) ? dys : [dys]) as tf.Tensor[]
    const { axis } = attrs as unknown as { axis: number }
    // tf.stack takes no negative axis
    return { value: () => tf.stack(parts, axis < 0 ? axis + parts[0]!.rank + 1 : axis) }
  },
}
