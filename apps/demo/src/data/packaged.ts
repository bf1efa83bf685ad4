import { Rng } from '@ebbflow/core'
import type { Source } from './source.js'

/** Data that the build packs; they are fetched when they are chosen. */
export const packaged = {
  flights: {
    title: 'Flights',
    about:
      '200,000 flights in the USA: delay in minutes, distance in miles, time of day in minutes. From vega-datasets.',
  },
  penguins: {
    title: 'Penguins',
    about:
      '342 penguins of the Palmer archipelago: beak, flipper and weight. So few rows that a large flow overfits. From vega-datasets.',
  },
  digits: {
    title: 'Handwritten digits',
    about: '10,000 digits of MNIST, averaged to 14×14 pixels, their 256 levels of grey dequantised: 196 values each.',
  },
} as const

export type PackagedName = keyof typeof packaged
export const isPackaged = (name: string): name is PackagedName => Object.hasOwn(packaged, name)

/** Pixels a side of a digit. */
const DIGIT = 14

async function fetched(file: string): Promise<Response> {
  const response = await fetch(new URL(`./data/${file}`, document.baseURI))
  if (!response.ok) throw new Error(`the data could not be fetched: ${response.status} ${response.statusText}`)
  return response
}

async function flights(): Promise<Pick<Source, 'names' | 'columns' | 'treatment'>> {
  const numbers = new Int16Array(await (await fetched('flights.bin')).arrayBuffer())
  const rows = numbers.length / 3
  const column = (c: number): Float64Array => Float64Array.from(numbers.subarray(c * rows, (c + 1) * rows))
  return {
    names: ['delay (min)', 'distance (mi)', 'time (min)'],
    columns: [column(0), column(1), column(2)],
    treatment: 'found',
  }
}

async function penguins(): Promise<Pick<Source, 'names' | 'columns' | 'treatment'>> {
  const { names, columns } = (await (await fetched('penguins.json')).json()) as { names: string[]; columns: number[][] }
  return { names, columns: columns.map((column) => Float64Array.from(column)), treatment: 'found' }
}

async function digits(seed: number): Promise<Pick<Source, 'names' | 'columns' | 'treatment'> & { side: number }> {
  const levels = new Uint8Array(await (await fetched('digits.bin')).arrayBuffer())
  const pixels = DIGIT ** 2
  const rows = levels.length / pixels
  const noise = Rng.seed(seed).split('digits').values('uniform', levels.length)
  const columns = Array.from({ length: pixels }, (_, c) =>
    Float64Array.from({ length: rows }, (_, r) => (levels[pixels * r + c]! + noise[pixels * r + c]!) / 256),
  )
  return { names: columns.map((_, c) => `pixel ${c}`), columns, treatment: 'unit', side: DIGIT }
}

/** One of the packed sets of data. */
export async function packagedSource(name: PackagedName, seed: number): Promise<Source> {
  const data = name === 'flights' ? await flights() : name === 'penguins' ? await penguins() : await digits(seed)
  const { title, about } = packaged[name]
  return { title, about, ...data }
}
