import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { useBackend } from '@ebbflow/core'
import { beforeAll, expect, test } from 'vitest'
import { checkFused } from './fused.fixture.js'
import { hasFused } from './fused.js'

beforeAll(() => useBackend('wasm'))

test('products and functions are right as this engine computes them', () => {
  expect(checkFused()).toEqual([])
})

/** Node 20 has relaxed SIMD behind a flag; later ones have it. */
const [major] = process.versions.node.split('.').map(Number)
const flags = major! < 22 ? ['--experimental-wasm-relaxed-simd'] : []

test('products and functions are right where a product and a sum are one instruction', () => {
  const fixture = fileURLToPath(new URL('./fused.fixture.ts', import.meta.url))
  const options = ['--conditions=@ebbflow/source', '--import', 'tsx', fixture]
  const said = execFileSync(process.execPath, [...flags, ...options], { encoding: 'utf8' })
  expect(JSON.parse(said)).toEqual({ fused: true, wrong: [] })
})

test('an engine without it does with two instructions', () => {
  if (flags.length > 0) expect(hasFused()).toBe(false)
  else expect(hasFused()).toBe(true)
})
