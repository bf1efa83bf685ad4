import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const conditions = ['@ebbflow/source']
const inCI = Boolean(process.env.CI)
const long = process.env.EBBFLOW_TESTS === 'long'
const perBackend = ['packages/*/src/**/*.backend.test.ts']
const inBrowser = 'packages/*/src/**/*.browser.test.ts'
const hidden = ['**/node_modules/**', '**/dist/**']

const base = { resolve: { conditions }, ssr: { resolve: { conditions } } }
const shared = {
  pool: 'forks' as const,
  isolate: false,
  setupFiles: ['./tests/setup/backend.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
}

/** `*.backend.test.ts`, once a backend. */
const onBackend = (backend: string): TestProjectInlineConfiguration => ({
  ...base,
  test: {
    ...shared,
    name: backend,
    include: perBackend,
    exclude: hidden,
    provide: { backend },
  },
})

/** `*.test.ts` beside its source, once, on WASM. */
const unit: TestProjectInlineConfiguration = {
  ...base,
  test: {
    ...shared,
    name: 'unit',
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'benchmarks/src/**/*.test.ts'],
    exclude: [...hidden, inBrowser, '**/*.backend.test.ts', '**/*.long.test.ts', '**/*.chromium.test.ts'],
    provide: { backend: 'wasm' },
  },
}

/** `tests/`: the workspace as a whole, as its users get it. */
const workspace: TestProjectInlineConfiguration = {
  ...base,
  test: {
    name: 'workspace',
    include: ['tests/**/*.test.ts'],
    exclude: hidden,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
}

/** The contracts in a real browser, on WASM, and `*.browser.test.ts`. */
const browser: TestProjectInlineConfiguration = {
  ...base,
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  // found late, a dependency would reload the page in the midst of the tests
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      'fast-check',
    ],
  },
  test: {
    name: 'browser',
    include: [...perBackend, inBrowser],
    exclude: hidden,
    setupFiles: ['./tests/setup/browser.ts'],
    provide: { backend: 'wasm' },
    testTimeout: 60_000,
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-background-networking',
            '--disable-sync',
            '--no-first-run',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
}

/** `*.chromium.test.ts`: in Node, with a Chromium of its own to compare with. */
const pictures: TestProjectInlineConfiguration = {
  ...base,
  test: {
    name: 'pictures',
    include: ['packages/*/src/**/*.chromium.test.ts'],
    exclude: hidden,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
}

/** The built studio in Chromium, page by page. */
const e2e: TestProjectInlineConfiguration = {
  test: {
    name: 'e2e',
    include: ['apps/demo/e2e/**/*.test.ts'],
    globalSetup: ['apps/demo/e2e/support/site.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
}

const longest: TestProjectInlineConfiguration = {
  ...base,
  test: {
    ...shared,
    // a process a file: what another has left to the collector would count as a leak
    isolate: true,
    name: 'long',
    include: ['packages/*/src/**/*.long.test.ts', 'apps/*/src/**/*.long.test.ts'],
    exclude: hidden,
    provide: { backend: 'wasm' },
    testTimeout: 3_600_000,
  },
}

/** What is left out where it cannot be had, which CI never allows. */
const native = inCI || process.env.EBBFLOW_NATIVE !== '0'
const chromium = inCI || process.env.EBBFLOW_TESTS === undefined || process.env.CHROMIUM_PATH !== undefined

export default defineConfig({
  test: {
    projects: long
      ? [longest]
      : [
          onBackend('wasm'),
          onBackend('float64'),
          ...(native ? [onBackend('native')] : []),
          unit,
          ...(chromium ? [browser, pictures, e2e] : []),
          workspace,
        ],
  },
})
