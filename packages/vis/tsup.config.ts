import { defineConfig } from 'tsup'
import { base } from '../../tsup.base'

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/figures/index.ts', 'src/svg/index.ts', 'src/canvas/index.ts', 'src/flow/index.ts'],
})
