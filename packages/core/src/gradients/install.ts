import * as tf from '@tensorflow/tfjs-core'

let ours: readonly tf.GradConfig[] = []
let flat: ReadonlySet<string> = new Set()

const flatRules = new WeakSet<tf.GradConfig>()

/** Marks a rule whose gradient is zero everywhere: the walk back stops there and computes no zeros. */
export function markFlat(rule: tf.GradConfig): tf.GradConfig {
  flatRules.add(rule)
  return rule
}

/** Registers gradient rules as ours; they replace any other for the same kernel. */
export function installRules(rules: readonly tf.GradConfig[]): void {
  ours = rules
  flat = new Set(rules.filter((rule) => flatRules.has(rule)).map((rule) => rule.kernelName))
  ensureRules()
}

/** Puts our rules back where another import of tfjs has replaced some; called before each gradient. */
export function ensureRules(): void {
  for (const rule of ours) if (tf.getGradient(rule.kernelName) !== rule) tf.registerGradient(rule)
}

/** Whether the kernel's gradient is zero everywhere. */
export const isFlat = (kernelName: string): boolean => flat.has(kernelName)
