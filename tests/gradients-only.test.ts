import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The one file that may reach for tfjs's own differentiation, whose nested and second derivatives are wrong. */
const ALLOWED = 'packages/core/src/gradients/engine.ts'

const FORBIDDEN = [
  /\b(?:valueAndGrads?|variableGrads|customGrad)\b/,
  /\btf\s*\.\s*grads?\b/,
  /import\s*\{[^}]*\bgrads?\b[^}]*\}\s*from\s*'@tensorflow/,
]

const forbidden = (source: string): boolean => FORBIDDEN.some((pattern) => pattern.test(source))

/** TypeScript sources of every package and app, relative to the workspace. */
function sources(): string[] {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(`${root}${group}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${group}/${entry.name}/src`)
      .flatMap((folder) => filesIn(folder)),
  )
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[mc]?tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
  } catch {
    return []
  }
}

it('tells tfjs’s own differentiation from other names', () => {
  for (const source of [
    'tf.grad(f)(x)',
    'const g = tf.grads(f)',
    'tf.valueAndGrad(f)',
    'tf.valueAndGrads(f)',
    'tf.variableGrads(f, variables)',
    'const op = tf.customGrad(rule)',
    "import { customGrad } from '@tensorflow/tfjs-core'",
    "import { add, grad } from '@tensorflow/tfjs-core'",
  ])
    expect(forbidden(source), source).toBe(true)
  for (const source of ['gradients(f, [x])', 'tf.gradients', 'const grads = found', "import { grad } from './tape.js'"])
    expect(forbidden(source), source).toBe(false)
})

it('no package or app differentiates but through core’s gradients', () => {
  const files = sources()
  expect(files).toContain(ALLOWED)
  expect(files.length).toBeGreaterThan(50)
  const offenders = files.filter((file) => file !== ALLOWED && forbidden(readFileSync(`${root}${file}`, 'utf8')))
  expect(offenders).toEqual([])
})
