import { defineConfig } from 'tsup'
import { base } from '../../tsup.base'

// the worker is a file of its own beside the index, which names it by its address
export default defineConfig({ ...base, entry: ['src/index.ts', 'src/worker.ts'], dts: { entry: 'src/index.ts' } })
