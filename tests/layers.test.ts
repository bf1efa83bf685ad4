import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What each package may import of ours: only what stands below it. */
const BELOW: Record<string, readonly string[]> = {
  core: [],
  distributions: ['core'],
  bijectors: ['core'],
  flows: ['core', 'distributions', 'bijectors'],
  training: ['core', 'distributions', 'bijectors', 'flows', 'compiler'],
  testing: ['core'],
  vis: ['core', 'bijectors', 'flows'],
  compiler: ['core'],
  cli: ['core', 'distributions', 'bijectors', 'flows', 'training', 'vis'],
  demo: ['core', 'distributions', 'bijectors', 'flows', 'training', 'compiler', 'vis', 'cli'],
  ebbflow: ['core', 'distributions', 'bijectors', 'flows', 'training', 'compiler', 'vis', 'cli'],
}

interface Source {
  file: string
  imports: string[]
}

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => {
      // examples in comments import what their readers would
      const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!)
      return { file, imports }
    })
}

const packages = ['packages', 'apps'].flatMap((kind) =>
  readdirSync(join(root, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, folder: join(root, kind, entry.name, 'src') })),
)

describe('packages', () => {
  it.each(packages)('$name stands in the list of layers', ({ name }) => {
    expect(Object.keys(BELOW)).toContain(name)
  })

  it.each(packages)('$name imports only what stands below it', ({ name, folder }) => {
    const allowed = [...(BELOW[name] ?? []), name].map((below) => `@ebbflow/${below}`)
    for (const { file, imports } of sourcesOf(folder)) {
      const test = /\.(test|fixture)\.ts$/.test(file)
      for (const target of imports.filter((path) => path.startsWith('@ebbflow/'))) {
        // a test may use a neighbour, if that does not stand above
        if (test && !BELOW[target.split('/')[1]!]?.includes(name)) continue
        expect(allowed, `${file} imports ${target}`).toContain(target.split('/').slice(0, 2).join('/'))
      }
    }
  })

  it.each(packages)('$name has no cyclic imports', ({ folder }) => {
    const graph = new Map(
      sourcesOf(folder).map(({ file, imports }) => [
        file,
        imports
          .filter((path) => path.startsWith('.'))
          .map((path) => resolve(dirname(file), path.replace(/\.js$/, '.ts'))),
      ]),
    )
    const done = new Set<string>()
    const visit = (file: string, trail: readonly string[]): void => {
      expect(trail, [...trail, file].join(' → ')).not.toContain(file)
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of graph.keys()) visit(file, [])
  })
})
