import { type Expression, namesIn, print } from '../model/expression.js'

/** What the printed program is about. */
export interface Taken {
  readonly model: Expression
  readonly file: string
  readonly columns: readonly string[]
  readonly seed: number
  readonly steps: number
  readonly learningRate: number
  readonly batchSize: number
}

/**
 * The TypeScript that builds this very flow: its architecture spelt out, its parameters from the model file, and densities and samples in the
 * data's own units. It also says how it was trained.
 */
export function programOf({ model, file, columns, seed, steps, learningRate, batchSize }: Taken): string {
  const own = ['densities', 'draw', 'fromModel', 'parsePreprocessing', 'readModel', 'tensor', 'toModel', 'useBackend']
  const names = [...new Set([...own, ...namesIn(model)])].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  const example = `{ names: ${JSON.stringify(columns).replaceAll('"', "'")}, columns: [${columns.map(() => 'Float64Array.of(0)').join(', ')}], rows: 1 }`
  return `// npm install ebbflow @tensorflow/tfjs-core
import { readFile } from 'node:fs/promises'
import {
${wrapped(names)}
} from 'ebbflow'

await useBackend('wasm')

export const flow = ${print(model)}

// the trained parameters, and how columns become the flow's inputs
const file = readModel(await readFile('${file}'))
flow.init()
for (const [path, slot] of flow.slots()) {
  const { data, shape } = file.tensors.get(path)!
  slot.assign(tensor(data, shape))
}
const columns = parsePreprocessing(file.preprocessing)

/** log p of the rows of a table, in nats and in the data's units. */
export function logDensities(table: { names: readonly string[]; columns: readonly Float64Array[]; rows: number }) {
  const { values, logDet } = toModel(columns, table)
  return densities(flow, values).map((logProb, row) => logProb + logDet[row]!)
}

/** n rows as the flow draws them, as columns in the data's units. */
export const sample = (n: number, seed = 1) => fromModel(columns, draw(flow, n, { seed }))

console.log('log p', logDensities(${example}))
console.log('five rows', sample(5).columns)

// It was trained, from flow.init({ seed: ${seed} }), for ${steps} steps on model inputs (toModel(columns, table).values) by
// fit(flow, rows, { seed: ${seed}, steps: ${steps}, batchSize: ${batchSize}, learningRate: ${learningRate}, clipNorm: 5 })
`
}

/** Names in lines of at most a hundred characters. */
function wrapped(names: readonly string[]): string {
  const lines = ['']
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 96) lines.push('')
    lines[lines.length - 1] += `${lines.at(-1) ? ' ' : '  '}${name},`
  }
  return lines.join('\n')
}
