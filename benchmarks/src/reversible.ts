import { compile, compileStep } from '@ebbflow/compiler'
import { type Call, tensor, useBackend, valueAndGradients, withBackend } from '@ebbflow/core'
import { type CouplingRecipeOptions, type Flow, nsf, realNVP, toys } from '@ebbflow/flows'
import { Adam, fit } from '@ebbflow/training'
import * as tf from '@tensorflow/tfjs-core'
import type { Report } from './compare.js'
import type { Options } from './options.js'
import { describeMachine, loadNow, machineText } from './report/machine.js'
import { digits, median } from './report/result.js'

const MODELS: Readonly<Record<string, (options: CouplingRecipeOptions) => Flow>> = { RealNVP: realNVP, NSF: nsf }
const LAYERS = [8, 32, 128]
const WAYS = ['ordinary', 'reversible'] as const
const ROWS = 256
const TRAINING = 100

/** What a training step in one way came to. */
export interface Point {
  readonly model: string
  readonly layers: number
  readonly way: (typeof WAYS)[number]
  /** Planned for what is computed of rows, in bytes. */
  readonly activations: number
  /** Planned for all else: parameters, moments, gradients, of each part of the batch too, and what depends on parameters alone; in bytes. */
  readonly lasting: number
  /** Processor time of a step in milliseconds. */
  readonly ms: number
  /** ‖g − g₆₄‖ / ‖g₆₄‖ of all gradients, against double precision. */
  readonly error: number
}

/** Training steps that keep what layers compute, and steps that recompute it: planned memory, time, and how exact the gradients are. */
export async function reversible({ rounds, seconds }: Options, tell: (line: string) => void): Promise<Report> {
  const load = loadNow()
  await useBackend('float64')
  await useBackend('wasm')
  const points: Point[] = []
  for (const model of Object.keys(MODELS))
    for (const layers of LAYERS) {
      points.push(...(await measured(model, layers, rounds, seconds)))
      tell(`${model}, ${layers} layers`)
    }
  const machine = describeMachine([], load)
  return { text: [machineText(machine), '', reversibleText(points)].join('\n'), data: { machine, points } }
}

/** A flow after some training on two moons, so that its layers are not the identity. */
async function trained(model: string, layers: number, rows: Float32Array): Promise<Flow> {
  const flow = MODELS[model]!({ dimensions: 2, layers, hidden: [64, 64] })
  // deeper flows bear smaller steps only
  await fit(flow, rows, { steps: TRAINING, batchSize: ROWS, learningRate: 8e-3 / layers, engine: 'compiled', seed: 1 })
  return flow
}

async function measured(model: string, layers: number, rounds: number, seconds: number): Promise<Point[]> {
  const rows = toys.twoMoons.sample(16 * ROWS, { seed: 1 })
  const flow = await trained(model, layers, rows)
  const values = rows.slice(0, 2 * ROWS)
  const x = tensor(values, [ROWS, 2])
  const exact = withBackend('float64', () => numbersOf(gradientsOf(flow, tensor(values, [ROWS, 2]), 'ordinary')))
  const compiled = WAYS.map((way) => {
    const gradients = compile((given: tf.Tensor) => gradientsOf(flow, given, way), x)
    if (gradients.engine !== 'compiled') throw new Error(gradients.reason)
    const error = distance(numbersOf(gradients(x)), exact)
    gradients.dispose()
    const step = compileStep({
      loss: ([given]) => ({ loss: lossOf(flow, given!, way) }),
      parameters: flow.trainable(),
      optimiser: new Adam(),
      examples: [x],
    })
    const times: number[] = []
    const { activationBytes: activations, memoryBytes } = step
    return { way, error, step, times, activations, lasting: memoryBytes - activations }
  })
  // in turn, so that what else the machine does meets both alike
  for (let round = 0; round < rounds; round++)
    for (const { step, times } of compiled) {
      const begin = performance.now()
      const before = process.cpuUsage()
      let runs = 0
      for (; runs === 0 || performance.now() - begin < 1000 * seconds; runs++) step.run([values], 0)
      const { user, system } = process.cpuUsage(before)
      times.push((user + system) / 1000 / runs)
    }
  flow.dispose()
  x.dispose()
  return compiled.map(({ way, error, lasting, activations, times }) => ({
    ...{ model, layers, way, error, lasting, activations },
    ms: median(times),
  }))
}

function lossOf(flow: Flow, x: tf.Tensor, way: Point['way']): tf.Tensor {
  const call: Call = { mode: 'train', ...(way === 'reversible' && { reversible: true }) }
  return tf.neg(tf.mean(flow.logProbIn(x, call)))
}

function gradientsOf(flow: Flow, x: tf.Tensor, way: Point['way']): tf.Tensor[] {
  const slots = [...flow.trainable().values()]
  const { value, gradients } = valueAndGradients(
    () => lossOf(flow, x, way),
    slots.map((slot) => slot.value),
  )
  value.dispose()
  return gradients
}

/** The numbers of tensors, which are freed. */
function numbersOf(tensors: readonly tf.Tensor[]): Float64Array {
  const numbers = Float64Array.from(tensors.flatMap((t) => Array.from(t.dataSync())))
  for (const t of tensors) t.dispose()
  return numbers
}

function distance(a: Float64Array, b: Float64Array): number {
  const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0))
  return norm(a.map((v, i) => v - b[i]!)) / norm(b)
}

/** One line a model and number of layers, the two ways beside each other. */
export function reversibleText(points: readonly Point[]): string {
  const head = [
    ...['model', 'layers', 'all else, KiB'],
    ...['activations, KiB', 'recomputed, KiB', 'step, ms', 'recomputed, ms', 'ratio', 'error', 'recomputed, error'],
  ]
  const kibi = (bytes: number): string => (bytes / 2 ** 10).toFixed(0)
  const lines = points
    .filter(({ way }) => way === 'ordinary')
    .map((kept) => {
      const { model, layers } = kept
      const again = points.find((p) => p.model === model && p.layers === layers && p.way === 'reversible')!
      return [
        ...[model, `${layers}`, kibi(kept.lasting), kibi(kept.activations), kibi(again.activations)],
        ...[digits(kept.ms), digits(again.ms), digits(again.ms / kept.ms)],
        ...[kept.error.toExponential(1), again.error.toExponential(1)],
      ]
    })
  const table = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  return [
    `steps with Adam after ${TRAINING} steps on two moons, batch ${ROWS}, conditioners 64×64, compiled: what layers compute is kept, or recomputed; processor time`,
    "errors are of all gradients, relative to double precision's",
    '',
    ...table.map((line) => line.map((cell, i) => cell.padStart(widths[i]!)).join('  ')),
  ].join('\n')
}
