import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratch } from './scratch.js'
import { spawned } from './spawned.js'

const { folder } = scratch()

it('the main job prints one JSON object and writes the model, 10,000 samples and a picture', async () => {
  const { code, stdout, stderr } = await spawned(
    './flights-main.ts',
    ['--json', '--steps', '3', '--backend', 'wasm', '--folder', 'out'],
    folder,
  )
  expect(stderr).toMatch(/time +multiples of 1\/60, dequantised; standardised/)
  expect(code).toBe(0)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    dataset: 'flights-200k',
    backend: 'wasm',
    steps: 3,
    rows: { train: 160_000, test: 20_000 },
  })
  expect(report.baselines.gaussian).toBeCloseTo(4.221, 2)
  expect(report.baselines.kernel).toBeLessThan(3.5)
  expect(report.testNll).toBeGreaterThan(3)
  expect(report.seconds).toBeGreaterThan(0)
  const files = Object.values(report.files as Record<string, string>)
  expect(files).toHaveLength(3)
  for (const path of files) expect(existsSync(join(folder, path))).toBe(true)
  const lines = readFileSync(join(folder, report.files.samples), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(10_001)
  const rows = lines.slice(1).map((line) => line.split(',').map(Number))
  expect(
    rows.every(([delay, distance, time]) =>
      [delay!, distance!, 60 * time!].every((v) => Math.abs(v - Math.round(v)) < 1e-6),
    ),
  ).toBe(true)
})
