import { type BackendName, useBackend } from '@ebbflow/core'
import { type FlowReport, type LayerReport, verify } from '@ebbflow/flows'
import { toModel } from '@ebbflow/training'
import { readTable } from '../csv.js'
import type { IO } from '../io.js'
import { loadModel } from '../model.js'
import { columns as inColumns, whole } from '../words.js'

/** Options of `ebbflow verify`. */
export interface VerifyCommandOptions {
  readonly rows: number
  readonly backend: BackendName
  readonly json: boolean
}

/** Verifies a model on the rows of a table, layer by layer in double precision; whether it is not faulty. */
export async function verifyCommand(
  model: string,
  data: string,
  options: VerifyCommandOptions,
  io: IO,
): Promise<boolean> {
  await useBackend(options.backend)
  const { flow, columns, file } = await loadModel(model)
  const table = await readTable(data, { columns: columns.map(({ name }) => name) })
  const { values } = toModel(columns, table, { seed: file.seed })
  const report = await verify(flow, values, { rows: options.rows })
  io.out(options.json ? `${JSON.stringify({ model, data, ...report }, finiteOrText)}\n` : shown(report))
  return report.soundness !== 'faulty'
}

/** The report as a table for people. */
function shown({ layers, rows, logProb, mass, verdict }: FlowReport): string {
  const head = ['layer', 'type', 'round trip', 'log-det', 'condition', 'single', '']
  const lines = layers.map((layer: LayerReport) => [
    layer.path,
    layer.type,
    number(layer.roundTrip),
    number(layer.logDet),
    number(layer.condition),
    number(layer.single),
    layer.soundness,
  ])
  const facts = [
    ['rows', whole(rows)],
    ['log p, single against double', number(logProb)],
    ['mass', mass === null ? '–' : mass.toFixed(5)],
  ]
  return `${inColumns([head, ...lines], [2, 3, 4, 5])}\n\n${inColumns(facts)}\n\n${verdict}\n`
}

const number = (x: number | null): string => (x === null ? '–' : x === 0 ? '0' : x.toExponential(1))

/** JSON has no ∞. */
const finiteOrText = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
