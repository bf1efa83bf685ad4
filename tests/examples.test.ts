import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import * as bijectors from '@ebbflow/bijectors'
import * as compiler from '@ebbflow/compiler'
import * as compilerNative from '@ebbflow/compiler/native'
import * as core from '@ebbflow/core'
import * as distributions from '@ebbflow/distributions'
import * as flows from '@ebbflow/flows'
import * as training from '@ebbflow/training'
import * as vis from '@ebbflow/vis'
import * as visCanvas from '@ebbflow/vis/canvas'
import * as visFigures from '@ebbflow/vis/figures'
import * as visFlow from '@ebbflow/vis/flow'
import * as visSvg from '@ebbflow/vis/svg'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

interface Example {
  place: string
  code: string
}

function examplesOf(folder: string): Example[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|\.fixture)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => ({
        place: `${relative(root, file)}:${text.slice(0, match.index).split('\n').length}`,
        code: match[1]!.replace(/^ *\* ?/gm, ''),
      }))
    })
}

const examples = ['core', 'distributions', 'bijectors', 'flows', 'compiler', 'training', 'vis'].flatMap((name) =>
  examplesOf(join(root, 'packages', name, 'src')),
)

/** What each import may name; everything is in scope without one, as in the umbrella package. */
const modules: Record<string, Record<string, unknown>> = {
  '@ebbflow/compiler': compiler,
  '@ebbflow/compiler/native': compilerNative,
  '@ebbflow/core': core,
  '@ebbflow/distributions': distributions,
  '@ebbflow/bijectors': bijectors,
  '@ebbflow/flows': flows,
  '@ebbflow/training': training,
  '@ebbflow/vis': vis,
  '@ebbflow/vis/canvas': visCanvas,
  '@ebbflow/vis/figures': visFigures,
  '@ebbflow/vis/flow': visFlow,
  '@ebbflow/vis/svg': visSvg,
  '@tensorflow/tfjs-core': tf,
}

/** Checks that imported names exist, and takes the imports out. */
function withoutImports(code: string): string {
  return code.replace(
    /^import (?:\* as \w+|(?:type )?\{([^}]*)\}) from '([^']+)'\n/gm,
    (_, names: string, from: string) => {
      const module = modules[from]
      if (!module) throw new Error(`an example imports ${from}`)
      for (const name of (names ?? '').split(',').map((part) => part.trim().split(' as ')[0]!))
        if (name !== '' && !name.startsWith('type '))
          expect(Object.keys(module), `${from} exports ${name}`).toContain(name)
      return ''
    },
  )
}

/** What examples may speak of without making it: a small flow, its file, data, a layer of the reader's own. */
class MyLayer extends bijectors.Exp {
  static override readonly type = 'my-layer'
  static override fromConfig = (): MyLayer => new MyLayer()
}

describe('examples in docstrings run', () => {
  let scope: Record<string, unknown>
  beforeAll(async () => {
    await core.useBackend('wasm')
    await core.loadBackend('float64')
    const flow = flows.realNVP({ dimensions: 2, layers: 2, hidden: [8] }).init({ seed: 1 })
    scope = {
      ...core,
      ...distributions,
      ...bijectors,
      ...flows,
      ...compiler,
      ...compilerNative,
      ...training,
      ...vis,
      ...visCanvas,
      ...visFigures,
      ...visFlow,
      ...visSvg,
      // the union of tfjs, as readers who define layer models have it
      tf: { ...tf, sequential: layers.sequential, layers: layers.layers },
      flow,
      x: tf.zeros([4, 2]),
      rows: Array.from({ length: 300 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)]),
      testRows: [
        [0.1, 0.2],
        [0.3, -1],
      ],
      bytes: flows.saveFlow(flow),
      MyLayer,
      console: { log: () => {} },
    }
  })
  afterAll(() => core.useBackend('wasm'))

  it.each(examples)('$place', async ({ place, code }) => {
    const { code: js } = await transform(withoutImports(code), { loader: 'ts', target: 'es2022' })
    const names = Object.keys(scope).filter(
      (name) => !new RegExp(`\\b(?:const|let|class|function) (?:\\{[^}]*\\b${name}\\b[^}]*\\}|${name}\\b)`).test(js),
    )
    const AsyncFunction = (async () => {}).constructor as new (
      ...args: string[]
    ) => (...values: unknown[]) => Promise<void>
    try {
      await new AsyncFunction(...names, js)(...names.map((name) => scope[name]))
    } catch (error) {
      throw new Error(`the example at ${place} fails:\n${code}`, { cause: error })
    } finally {
      await core.useBackend('wasm')
    }
  })

  it('finds them', () => {
    expect(examples.length).toBeGreaterThan(50)
  })
})
