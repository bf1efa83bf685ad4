import { resolve } from 'node:path'
import type { Kind } from '../works.js'
import { bundled } from './bundle.js'
import type { Command } from './contender.js'

/** The folder of the benchmarks. */
export const HERE = resolve(import.meta.dirname, '..', '..')

const FLOWS = ['step', 'logProb', 'sample'] as const
const OURS = [...FLOWS, 'gradients', 'forward', 'inverse'] as const

const node = (name: string, kinds: readonly Kind[], file: string, ...args: string[]): Command => ({
  name,
  kinds,
  program: process.execPath,
  args: [
    '--expose-gc',
    '--conditions=@ebbflow/source',
    '--import',
    'tsx',
    resolve(HERE, 'src', 'contenders', file),
    ...args,
  ],
  cwd: HERE,
})

/** Our programs of WebAssembly, the first of which others are multiples of. */
export const COMPILED: readonly Command[] = [
  node('compiled', [...OURS, 'compile'], 'ours.ts', 'compiled', 'wasm'),
  node('compiled, threads', OURS, 'ours.ts', 'compiled', 'wasm', 'threads'),
]

const EAGER_NATIVE = 'eager, native'

/** Densities and samplers as graphs of TensorFlow's own. */
export const NATIVE = node(
  'compiled, native',
  OURS.filter((kind) => kind !== 'step'),
  'ours.ts',
  'compiled',
  'native',
)

export const EAGER = node('eager', OURS, 'ours.ts', 'eager', 'wasm')

/** Every contender in JavaScript. */
export async function inJavaScript(): Promise<Command[]> {
  const byHand = await bundled(HERE, 'by-hand.ts')
  return [
    ...COMPILED,
    NATIVE,
    EAGER,
    node(EAGER_NATIVE, OURS, 'ours.ts', 'eager', 'native'),
    { name: 'tfjs by hand', kinds: FLOWS, program: process.execPath, args: ['--expose-gc', byHand], cwd: HERE },
    node('jax-js', [...FLOWS, 'gradients'], 'jax-js.ts'),
  ]
}

const compiled = [...COMPILED, NATIVE].map(({ name }) => name)

/** Our engines, by what targets count. */
export const ENGINES = {
  compiled,
  any: [...compiled, EAGER.name, EAGER_NATIVE],
}

export const PEERS = ['zuko', 'nflows', 'normflows', 'flowjax'] as const

/** Every contender in Python; with all processors, or as many as said. */
export const inPython = (python: string, threads: number | undefined): Command[] =>
  PEERS.map((name) => ({
    name: name === 'flowjax' ? 'FlowJAX' : name,
    kinds: FLOWS,
    program: python,
    args: [resolve(HERE, 'python', `peer_${name}.py`)],
    cwd: resolve(HERE, 'python'),
    env: { PYTHONDONTWRITEBYTECODE: '1', ...(threads ? { EBBFLOW_BENCH_THREADS: `${threads}` } : {}) },
  }))
