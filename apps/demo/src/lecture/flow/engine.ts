import { type Bijector, constant, jacobian, loadBackend, type Module, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { randomLcg, randomNormal } from 'd3-random'
import { useEffect, useState } from 'preact/hooks'
import type { Matrix } from '../maths/linear.js'

const BACKEND = 'float64'
let loading: Promise<unknown> | undefined
let loaded = false

/** Loads Ebbflow's double precision, in which the pages of the lecture compute; the page's backend stays what it is. */
export async function ready(): Promise<void> {
  loading ??= loadBackend(BACKEND)
  await loading
  loaded = true
}

/** Whether Ebbflow can compute yet. */
export function useReady(): boolean {
  const [is, set] = useState(loaded)
  useEffect(() => {
    if (!is) void ready().then(() => set(true))
  }, [])
  return is
}

/** Runs something in double precision; tensors made on the way are freed. */
export const inDouble = <T>(body: () => T): T =>
  withBackend(BACKEND, () => {
    tf.engine().startScope('lecture')
    try {
      return body()
    } finally {
      tf.engine().endScope()
    }
  })

/** Values after a layer, and its log-determinant at each row. */
export interface MappedRows {
  readonly values: Float64Array
  readonly logDet: Float64Array
}

/** Carries rows of `event`, one after another, through a layer. */
export function carry(
  layer: Bijector,
  rows: ArrayLike<number>,
  event: readonly number[],
  direction: 'forward' | 'inverse' = 'forward',
): MappedRows {
  const size = event.reduce((product, n) => product * n, 1)
  return inDouble(() => {
    const x = tensor(Float64Array.from(rows), [rows.length / size, ...event])
    const { value, logDet } = direction === 'forward' ? layer.forwardAndLogDet(x) : layer.inverseAndLogDet(x)
    return { values: numbers(value), logDet: numbers(logDet) }
  })
}

/** The exact Jacobian of a layer at one event, flattened. */
export function exactJacobian(layer: Bijector, x: readonly number[], event: readonly number[]): Matrix {
  return inDouble(() => {
    const matrix = jacobian((at) => layer.forward(at), tensor(Float64Array.from(x), event), event.length)
    const flat = numbers(matrix)
    const n = x.length
    return Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)])
  })
}

/** Random values for every parameter of a layer: normal, of standard deviation `spread` or as told for a parameter by its path. */
export function randomise(
  module: Module,
  seed: number,
  spread: number | ((path: string, shape: readonly number[]) => number),
): void {
  const normal = randomNormal.source(randomLcg(fraction(seed)))()
  inDouble(() => {
    for (const [path, slot] of module.parameters()) {
      const scale = typeof spread === 'number' ? spread : spread(path, slot.shape)
      const values = Float64Array.from({ length: slot.shape.reduce((a, b) => a * b, 1) }, () => scale * normal())
      slot.assign(tensor(values, slot.shape))
    }
  })
}

/** Puts values into the slots of a layer by their paths. */
export function assign(module: Module, values: Readonly<Record<string, readonly number[]>>): void {
  inDouble(() => {
    const slots = module.slots()
    for (const [path, value] of Object.entries(values)) {
      const slot = slots.get(path)
      if (!slot) throw new RangeError(`no parameter ${path} among ${[...slots.keys()].join(', ')}`)
      slot.assign(tensor(Float64Array.from(value), slot.shape))
    }
  })
}

/** A layer with initial values, made in double precision. */
export const initialised = <M extends Module>(module: M): M => {
  inDouble(() => module.init({ seed: 1 }))
  return module
}

/** Seeds 1, 2, 3 … as the fractions that d3's generator takes. */
export const fraction = (seed: number): number => (seed * 0.618033988749895) % 1

const numbers = (x: tf.Tensor): Float64Array => Float64Array.from(tf.add(x, constant(0)).dataSync())
