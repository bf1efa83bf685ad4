import type { Module } from '../module/index.js'
import { inNode } from './node.js'

/** How `auto` picks a backend and whom it tells. */
export interface BackendOptions {
  /**
   * Multiply-adds of the largest matrix product in a step: rows · inputs · outputs, as {@link largestProduct} counts them. Left out,
   * WASM is taken.
   */
  work?: number
  /** Say nothing. */
  quiet?: boolean
  /** Where to say what was taken and why; `console.info` when left out. */
  log?: (message: string) => void
}

/**
 * Multiply-adds of a step's largest matrix product from which TensorFlow's kernels are faster than WASM's. Measured on two cores, step
 * with gradients, WASM's time by native's: RealNVP 0.5–0.6 at 1.0 million, 0.4–0.8 at 4.2, 1.1–2.0 at 8.4, 1.3–1.6 at 17, 2.5–3.5 at 134;
 * spline couplings 0.6–0.9, 0.8–1.0, 1.1–1.8, 1.2–1.3, 2.4. docs/adr/0002-backend-choice.md has the table.
 */
export const NATIVE_FROM = 6e6

/**
 * The multiply-adds of the largest matrix product in one step of a model on `rows` rows: rows · inputs · outputs of its widest layer.
 *
 * @example
 * ```ts
 * import { initialisers, largestProduct, Module, useBackend } from '@ebbflow/core'
 * class Layer extends Module {
 *   readonly type = 'Layer'
 *   readonly weights = this.param('weights', [64, 64], initialisers.zeros)
 * }
 * largestProduct(new Layer(), 256) // 256 · 64 · 64
 * ```
 */
export function largestProduct(model: Module, rows: number): number {
  let largest = 0
  for (const { shape } of model.parameters().values())
    if (shape.length >= 2) largest = Math.max(largest, rows * shape.reduce((a, b) => a * b, 1))
  return largest
}

let said = ''

/**
 * Loads the backend that suits the work: native TensorFlow kernels in Node where the work is large enough to gain and they load, else
 * WASM. Says once what it took and why. `load` loads a backend by name.
 */
export async function chooseBackend(
  { work, quiet = false, log = (message) => console.info(message) }: BackendOptions,
  load: (name: 'wasm' | 'native') => Promise<unknown>,
): Promise<'wasm' | 'native'> {
  const say = (message: string): void => {
    if (quiet || message === said) return
    said = message
    log(message)
  }
  const millions = (n: number): string => `${(n / 1e6).toFixed(1)} million`
  if (work === undefined || work < NATIVE_FROM || !inNode()) {
    await load('wasm')
    say(
      work === undefined
        ? 'backend: WASM'
        : !inNode()
          ? 'backend: WASM, since native TensorFlow kernels run in Node only'
          : `backend: WASM, faster than native TensorFlow kernels below ${millions(NATIVE_FROM)} multiply-adds a product (here ${millions(work)})`,
    )
    return 'wasm'
  }
  try {
    await load('native')
  } catch (error) {
    await load('wasm')
    say(
      `backend: WASM, though native TensorFlow kernels would be faster: ${error instanceof Error ? error.message : error}`,
    )
    return 'wasm'
  }
  say(
    `backend: native TensorFlow kernels, faster than WASM from ${millions(NATIVE_FROM)} multiply-adds a product (here ${millions(work)})`,
  )
  return 'native'
}
