import { affine, Coupling, composed, rawSize } from '@ebbflow/bijectors'
import type { Flow } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import * as everything from 'ebbflow'
import { describe, expect, it } from 'vitest'
import { scope } from '../worker/whole-scope.js'
import { type Expression, evaluate, namesIn, print } from './expression.js'
import { familyOf } from './families.js'
import { layerKinds } from './layers.js'
import { withStandards } from './options.js'
import { recipes } from './recipes.js'
import { FIRST_STACK, readStack, stackExpression, stacked, writeStack, wrongWith } from './stack.js'

/** What the printed program gives, with the names that it imports. */
function run(expression: Expression): unknown {
  const names = namesIn(expression)
  const values = names.map((name) => (everything as Record<string, unknown>)[name])
  return new Function(...names, `return ${print(expression)}`)(...values)
}

/** Each row's way to noise and back. */
function roundTrip(flow: Flow, dimensions: number): number {
  const x = tf.randomNormal([16, dimensions], 0, 1, 'float32', 7)
  const back = flow.fromLatent(flow.toLatent(x))
  return tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]!
}

const models = (dimensions: number): [string, Expression][] => [
  ...recipes.map(({ name, options, expression }): [string, Expression] => [
    name,
    expression(dimensions, withStandards(options, { layers: 2 })),
  ]),
  ...layerKinds.map(({ name }): [string, Expression] => [
    `a ${name} layer`,
    stackExpression([stacked(name), stacked('affine')], dimensions),
  ]),
]

describe.each([2, 3])('models of %i columns', (dimensions) => {
  it.each(models(dimensions))('%s is a flow that inverts', (_, expression) => {
    tf.tidy(() => {
      const flow = evaluate(expression, scope) as Flow
      flow.init({ seed: 1 })
      flow.initialise(tf.randomNormal([64, dimensions], 0, 1, 'float32', 3))
      expect(flow.eventShape).toEqual([dimensions])
      expect(roundTrip(flow, dimensions)).toBeLessThan(1e-3)
    })
  })

  it.each(models(dimensions))('%s prints as the program that was run', (_, expression) => {
    const ours = evaluate(expression, scope) as Flow
    const theirs = run(expression) as Flow
    const shapes = (flow: Flow) => [...flow.slots()].map(([path, { shape }]) => `${path} ${shape}`)
    expect(shapes(theirs)).toEqual(shapes(ours))
    expect(theirs.config()).toEqual(ours.config())
  })
})

describe('a coupling that is stacked', () => {
  it.each(['spline', 'affine', 'shift'])('counts the raw parameters of a family: %s', (family) => {
    const { expression, size } = familyOf({ family, bins: 5 })
    const made = evaluate(expression, scope) as Parameters<typeof rawSize>[0]
    expect(rawSize(made)).toBe(size)
  })

  it('is made of what the packages export', () => {
    expect(scope.Coupling).toBe(Coupling)
    expect([scope.composed, scope.affine]).toEqual([composed, affine])
  })
})

describe('a stack', () => {
  it('comes back from the address as it was', () => {
    const stack = [stacked('coupling', { family: 'affine', hidden: [16, 8] }), ...FIRST_STACK, stacked('ffjord')]
    expect(readStack(writeStack(stack))).toEqual(stack)
    expect(writeStack([stacked('coupling', { family: 'affine', hidden: [16, 8] }), stacked('permutation')])).toBe(
      'coupling.family-affine.hidden-16-8~permutation',
    )
  })

  it.each(['', 'warp', 'coupling.bins-900', 'coupling.hidden-x', 'coupling.colour-red', 'constructor'])(
    'is not read from “%s”',
    (text) => {
      expect(readStack(text)).toBeUndefined()
    },
  )

  it('says what is wrong with it', () => {
    expect(wrongWith(FIRST_STACK, 2)).toBeUndefined()
    expect(wrongWith(FIRST_STACK, 1)).toMatch(/Coupling needs at least 2 columns/)
    expect(wrongWith([], 2)).toMatch(/at least one layer/)
  })
})

describe('an expression', () => {
  it('is built of the studio’s names alone', () => {
    expect(() => evaluate({ call: 'constructor', with: [] }, scope)).toThrow(/not made of constructor/)
    expect(() => evaluate({ call: 'eval', with: ['1'] }, scope)).toThrow(/not made of eval/)
  })

  it('is broken into lines where it is long', () => {
    const text = print(stackExpression(FIRST_STACK, 2))
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
    expect(text).toMatch(/^new Flow\(\{\n {2}base: new Independent\(new Normal\(\{ loc: \[0, 0\], scale: 1 \}\)\),\n/)
  })
})
