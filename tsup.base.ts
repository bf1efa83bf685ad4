import type { Options } from 'tsup'

/** The build of every package: ESM with types and source maps, dependencies left outside. */
export const base: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  splitting: true,
}
