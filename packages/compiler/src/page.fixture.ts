import { Rng, useBackend } from '@ebbflow/core'
import { realNVP } from '@ebbflow/flows'
import type * as tf from '@tensorflow/tfjs-core'
import { compile } from './compile.js'

/** What became of a density on a page. */
export interface Paged {
  readonly engine: string
  readonly reason: string | undefined
  readonly densities: readonly number[]
  readonly eager: readonly number[]
}

/** Compiles a density on a page, on the backend that needs no WebAssembly. */
export async function onPage(): Promise<Paged> {
  await useBackend('cpu')
  const flow = realNVP({ dimensions: 2, layers: 2, hidden: [8] }).init({ seed: 1 })
  const x = Rng.seed(1).normal([9, 2])
  const density = (rows: tf.Tensor): tf.Tensor => flow.logProb(rows)
  const compiled = compile(density, x)
  const list = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())
  const { engine, reason } = compiled
  return { engine, reason, densities: list(compiled(x)), eager: list(density(x)) }
}
