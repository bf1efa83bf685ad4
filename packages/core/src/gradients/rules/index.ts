import type { GradConfig } from '@tensorflow/tfjs-core'

/** Every gradient rule, one kernel a file. */
export const rules: readonly GradConfig[] = []
