import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { onPage, Paged } from './page.fixture.js'

/** What the page has of ours. */
declare const ebbflow: { onPage: typeof onPage }

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/page.fixture.ts`],
    bundle: true,
    format: 'iife',
    globalName: 'ebbflow',
    conditions: ['@ebbflow/source'],
    define: { 'import.meta.url': '"http://localhost/"' },
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

describe('a page with a Content-Security-Policy', () => {
  let browser: Browser
  let server: Server
  beforeAll(async () => {
    const script = await bundled()
    server = createServer(({ url }, response) => {
      if (url?.startsWith('/script.js')) return response.setHeader('Content-Type', 'text/javascript').end(script)
      const policy = url === '/strict' ? "script-src 'self'" : "script-src 'self' 'wasm-unsafe-eval'"
      return response
        .setHeader('Content-Type', 'text/html')
        .setHeader('Content-Security-Policy', policy)
        .end('<!doctype html><meta charset="utf-8"><title>page</title><script src="/script.js"></script>')
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function visit(path: string): Promise<Paged & { warnings: string[] }> {
    const page = await browser.newPage()
    const warnings: string[] = []
    page.on('console', (message) => {
      if (message.text().startsWith('ebbflow')) warnings.push(message.text())
    })
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}${path}`)
    const result = await page.evaluate(() => ebbflow.onPage())
    await page.close()
    return { ...result, warnings }
  }

  test('that allows WebAssembly compiles', async () => {
    const { engine, densities, eager, warnings } = await visit('/open')
    expect({ engine, warnings }).toEqual({ engine: 'compiled', warnings: [] })
    for (const [i, value] of eager.entries()) expect(densities[i]!).toBeCloseTo(value, 3)
  })

  test('that does not runs the function itself, and says once what would be needed', async () => {
    const { engine, reason, densities, eager, warnings } = await visit('/strict')
    expect(engine).toBe('eager')
    expect(reason).toMatch(/wasm-unsafe-eval in a Content-Security-Policy/)
    expect(densities).toEqual(eager)
    expect(warnings).toEqual([expect.stringMatching(/not compiled: .*Content-Security-Policy/)])
  })
})
