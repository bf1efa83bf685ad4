import { resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * Bundles a contender so that it can register tfjs's own gradients: their files are no modules that Node can load. Kernels, gradients and
 * the engine are global to a process, so that a second copy of the functions does no harm.
 */
export async function bundled(here: string, file: string): Promise<string> {
  const outfile = resolve(here, 'node_modules', '.cache', file.replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [resolve(here, 'src', 'contenders', file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'tfjs stays outside, its gradients do not',
        setup({ onResolve }) {
          onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-wasm)$/ }, ({ path }) => ({ path, external: true }))
        },
      },
    ],
  })
  return outfile
}
