import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname
const text = (file: string): string => readFileSync(join(folder, file), 'utf8')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)

const bijectors = files.filter((file) => /class \w+ extends Bijector\b/.test(text(file)))
/** The backend tests of a folder, without their imports. */
const testsOf = (name: string): string =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.backend.test.ts'))
    .map((file) => text(join(name, file)).replace(/^import[\s\S]*?from .*$/gm, ''))
    .join('\n')
const families = files.filter((file) => /SavedType<(Unit)?Family>/.test(text(file)))

describe('every source file has its contract test', () => {
  it.each(bijectors)('%s', (file) => {
    const test = file.replace(/\.ts$/, '.backend.test.ts')
    expect(existsSync(join(folder, test)), `${test} is missing`).toBe(true)
    const name = /class (\w+) extends Bijector\b/.exec(text(file))![1]!
    expect(text(test)).toMatch(new RegExp(`bijectorContract\\([\\s\\S]*(new ${name}\\(|${name}\\.)`))
  })

  it.each(families)('%s, in every layer of families', (file) => {
    const factory = /export (?:const|function) (\w+)(?: = )?\(/.exec(
      text(file).replace(/export interface[\s\S]*?\n}/g, ''),
    )![1]!
    for (const folder of ['elementwise', 'coupling', 'autoregressive'])
      expect(testsOf(folder), `${folder} with ${factory}`).toMatch(new RegExp(`\\b${factory}\\(`))
  })

  it('finds them', () => {
    expect(bijectors.length).toBeGreaterThanOrEqual(12)
    expect(families.length).toBeGreaterThanOrEqual(8)
  })
})
