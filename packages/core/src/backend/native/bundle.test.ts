import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('bundlers do not see tfjs-node', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    splitting: true,
    outdir: 'bundle',
    write: false,
    metafile: true,
    external: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-cpu'],
    logLevel: 'silent',
  })
  const text = outputFiles.map((file) => file.text).join('\n')
  expect(text).toContain('native TensorFlow kernels do not load')
  expect(text).not.toMatch(/@tensorflow\/tfjs-node['"]/)
  expect(Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))).not.toContain(
    '@tensorflow/tfjs-node',
  )
})
