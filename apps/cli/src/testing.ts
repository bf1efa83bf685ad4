import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for one test file's files, removed after it; `file(name, text)` writes one and gives its path. */
export function scratch(): { folder: string; file: (name: string, content: string | Uint8Array) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'ebbflow-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    file: (name, content) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
  }
}

/** The flights of the npm package vega-datasets: 200,000 of delay, distance and time. */
export const flights = join(
  dirname(createRequire(import.meta.url).resolve('vega-datasets')),
  '../data/flights-200k.json',
)
