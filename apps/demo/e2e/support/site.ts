import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built studio is served. */
    site: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the studio as its users get it and serves it on a free port of this machine. */
export async function serveSite(): Promise<{ address: string; folder: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'ebbflow-demo-'))
  const shared = { root, logLevel: 'error' as const, build: { outDir: folder, emptyOutDir: true } }
  // vitest's own would make another build than readers get, without the service worker
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  await build(shared)
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
  else process.env.NODE_ENV = NODE_ENV
  const server = await preview({ ...shared, preview: { port: 0, strictPort: false } })
  return {
    address: server.resolvedUrls!.local[0]!,
    folder,
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Of vitest: once for all end-to-end tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { address, close } = await serveSite()
  project.provide('site', address)
  return close
}
