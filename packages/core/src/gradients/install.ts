import * as tf from '@tensorflow/tfjs-core'

let ours: readonly tf.GradConfig[] = []

/** Registers gradient rules as ours; they replace any other for the same kernel. */
export function installRules(rules: readonly tf.GradConfig[]): void {
  ours = rules
  ensureRules()
}

/** Puts our rules back where another import of tfjs has replaced some; called before each gradient. */
export function ensureRules(): void {
  for (const rule of ours) if (tf.getGradient(rule.kernelName) !== rule) tf.registerGradient(rule)
}
