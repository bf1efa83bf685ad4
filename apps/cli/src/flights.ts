import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Path of the flights of the npm package vega-datasets: 200,000 of delay, distance and time, as a JSON array of records. */
export const flights = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data/flights-200k.json')
