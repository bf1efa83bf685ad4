import { describeColumn } from '@ebbflow/training'
import type { IO } from '../io.js'
import { readModelFile } from '../model.js'
import { duration, columns as inColumns, nats, whole } from '../words.js'

/** Tells what a model file holds. */
export async function infoCommand(model: string, options: { readonly json: boolean }, io: IO): Promise<void> {
  const { file, columns, bytes } = await readModelFile(model)
  const tensors = [...file.tensors].map(([name, { shape, data }]) => ({ name, shape, values: data.length }))
  const values = tensors.reduce((sum, tensor) => sum + tensor.values, 0)
  if (options.json) {
    const { model: architecture, seed, training } = file
    io.out(
      `${JSON.stringify({ model, bytes: bytes.length, seed, columns: columns.map((column) => ({ ...column, treatment: describeColumn(column) })), training, architecture, tensors })}\n`,
    )
    return
  }
  const { steps, bestStep, seconds, backend, rows, testNll } = file.training
  const facts: string[][] = [
    ['model', `${model}, ${whole(bytes.length)} bytes`],
    ['layers', layersOf(file.model)],
    ['values', `${whole(values)} in ${whole(tensors.length)} arrays`],
    ['seed', String(file.seed)],
  ]
  if (rows)
    facts.push([
      'rows',
      `${whole(rows.train)} training, ${whole(rows.validation)} validation, ${whole(rows.test)} test`,
    ])
  if (steps !== undefined)
    facts.push([
      'fit',
      `${whole(steps)} steps${seconds === undefined ? '' : ` in ${duration(seconds)}`}${backend ? ` on ${backend}` : ''}${bestStep === undefined ? '' : `, best after step ${whole(bestStep)}`}`,
    ])
  if (testNll)
    facts.push([
      'test NLL',
      `${nats(testNll.standardised)} nats a row standardised, ${nats(testNll.data)} in the data's units`,
    ])
  for (const [i, column] of columns.entries())
    facts.push([i === 0 ? 'columns' : '', `${column.name}: ${describeColumn(column)}`])
  io.out(`${inColumns(facts)}\n`)
}

/** The types of layers in a tree, with how often each occurs. */
function layersOf(model: unknown): string {
  const counts = new Map<string, number>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item)
    else if (typeof node === 'object' && node !== null) {
      const { type, config } = node as { type?: unknown; config?: unknown }
      if (typeof type === 'string' && typeof config === 'object') counts.set(type, (counts.get(type) ?? 0) + 1)
      for (const child of Object.values(node)) visit(child)
    }
  }
  visit(model)
  return [...counts].map(([type, count]) => (count === 1 ? type : `${count} × ${type}`)).join(', ')
}
