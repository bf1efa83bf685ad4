import { defineConfig } from 'vitest/config'

const conditions = ['@ebbflow/source']
const shared = {
  globals: false,
  pool: 'forks' as const,
  isolate: false,
  setupFiles: ['./tests/setup/backend.ts'],
  testTimeout: 60_000,
}
const perBackend = ['packages/*/src/**/*.backend.test.ts']

const backendProject = (backend: string) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { ...shared, name: backend, include: perBackend, provide: { backend } },
})

/**
 * `*.backend.test.ts` runs once a backend; `*.test.ts` runs once, on WASM, beside its source; `tests/` looks at the workspace as a whole.
 */
export default defineConfig({
  test: {
    projects: [
      backendProject('wasm'),
      backendProject('float64'),
      backendProject('native'),
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
          exclude: ['**/*.backend.test.ts', '**/*.long.test.ts', '**/node_modules/**'],
          provide: { backend: 'wasm' },
        },
      },
    ],
  },
})
