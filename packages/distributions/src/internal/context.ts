import type { Tensor } from '@tensorflow/tfjs-core'

/** A context as the option that distributions take. */
export const contextOption = (context: Tensor | undefined): { context?: Tensor } => (context ? { context } : {})
