import { readdirSync, readFileSync } from 'node:fs'
import { describe as describeModule } from '@ebbflow/core'
import { standardTypes } from '@ebbflow/flows'
import { describe, expect, test } from 'vitest'
import { BIJECTORS } from './bijectors.fixture.js'
import { DISTRIBUTIONS } from './distributions.fixture.js'
import { EAGER } from './exceptions.fixture.js'
import { FLOWS, MODELS } from './flows.fixture.js'

describe('what is compiled and compared', () => {
  test('has every type that a model file may name', () => {
    const makers = [
      ...Object.values(BIJECTORS).map(({ make }) => make),
      ...Object.values(DISTRIBUTIONS),
      ...Object.values(FLOWS),
      ...Object.values(MODELS).map(({ make }) => make),
    ]
    const told = makers.map((make) => JSON.stringify(describeModule(make()))).join()
    const missing = standardTypes().filter(({ type }) => !told.includes(`"type":"${type}"`))
    expect(missing.map(({ type }) => type)).toEqual([])
  })

  test('has every recipe', () => {
    const folder = new URL('../../../flows/src/recipes/', import.meta.url)
    const recipes = readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) => {
        const text = readFileSync(new URL(file, folder), 'utf8')
        return [...text.matchAll(/^export function (\w+)\(options: .*\): Flow(?: \| Flow<tf\.Tensor>)? \{/gm)].map(
          (m) => m[1]!,
        )
      })
      .filter((name) => !/Flow$|Maker$|^check/.test(name))
    expect(recipes.length).toBeGreaterThanOrEqual(12)
    for (const name of recipes) expect(Object.keys(FLOWS)).toContain(name)
  })

  test('has all that is listed as running eagerly', () => {
    const known = [
      ...Object.keys(BIJECTORS).flatMap((name) => [`${name}, forward`, `${name}, inverse`]),
      ...Object.keys(DISTRIBUTIONS).flatMap((name) => [`${name}, log-density`, `${name}, draws`]),
      ...Object.keys(FLOWS).flatMap((name) => [`${name}, densities`, `${name}, samples`]),
    ]
    for (const what of Object.keys(EAGER)) expect(known).toContain(what)
  })
})
