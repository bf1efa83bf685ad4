import { readdirSync, readFileSync } from 'node:fs'
import { Distribution } from '@ebbflow/core'
import { expect, it } from 'vitest'
import * as all from './index.js'

const here = new URL('.', import.meta.url)
const files = readdirSync(here)
const sources = files.filter((name) => name.endsWith('.ts') && !name.includes('.test.') && name !== 'index.ts')

it('every distribution has a contract test beside it that names it', () => {
  expect(sources.length).toBeGreaterThanOrEqual(19)
  for (const source of sources) {
    const test = source.replace('.ts', '.backend.test.ts')
    expect(files, `${source} needs ${test}`).toContain(test)
    const name = /export class (\w+)/.exec(readFileSync(new URL(source, here), 'utf8'))?.[1]
    expect(readFileSync(new URL(test, here), 'utf8')).toMatch(new RegExp(`distributionContract\\(\\s*'${name}`))
  }
})

it('every distribution is exported under a stable type name of its own', () => {
  const classes = Object.values(all).filter((value) => value.prototype instanceof Distribution)
  expect(classes.length).toBe(sources.length)
  expect(new Set(classes.map((c) => c.type)).size).toBe(classes.length)
  for (const c of classes) expect(sources).toContain(`${c.type}.ts`)
})
