import { defaultClientConditions, defineConfig } from 'vite'
import { datasets } from './plugins/datasets.js'
import { precache } from './plugins/precache.js'

/** Isolation from other origins gives the page shared memory, and with it threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  base: './',
  resolve: { conditions: ['@ebbflow/source', ...defaultClientConditions] },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  server: { headers },
  preview: { headers },
  worker: { format: 'es' },
  plugins: [datasets(), precache()],
  build: {
    target: 'es2022',
    // .wasm files are fetched by their names, never inlined
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
