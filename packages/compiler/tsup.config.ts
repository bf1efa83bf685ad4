import { defineConfig } from 'tsup'
import { base } from '../../tsup.base'

const entry = ['src/index.ts', 'src/native/index.ts']

// the worker is a file of its own beside the index, which names it by its address
export default defineConfig({ ...base, entry: [...entry, 'src/worker.ts'], dts: { entry } })
