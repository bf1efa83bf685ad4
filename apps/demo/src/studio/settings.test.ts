import { describe, expect, it } from 'vitest'
import { formatRoute, parseRoute } from '../app/router.js'
import { stacked } from '../model/stack.js'
import type { Progress } from '../worker/protocol.js'
import { EMPTY, extended } from './history.js'
import { changesFor, modelOf, readSettings, STACK, writeSettings } from './settings.js'

const inAddress = (written: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(written).filter((entry): entry is [string, string] => entry[1] !== undefined))

describe('settings', () => {
  it('leave the address empty where they are the standard', () => {
    expect(inAddress(writeSettings(readSettings({})))).toEqual({})
  })

  it('come back from the address as they were', () => {
    const settings = {
      ...readSettings({
        data: 'rings',
        flow: 'maf',
        layers: '4',
        hidden: '16-8',
        rate: '0.01',
        batch: '64',
        seed: '7',
      }),
    }
    expect(settings).toMatchObject({
      recipe: 'maf',
      values: { layers: 4, hidden: [16, 8] },
      learningRate: 0.01,
      seed: 7,
    })
    expect(readSettings(inAddress(writeSettings(settings)))).toEqual(settings)
    const byHand = { ...settings, recipe: STACK, stack: [stacked('radial'), stacked('coupling', { family: 'shift' })] }
    const back = readSettings(inAddress(writeSettings(byHand)))
    expect(back).toMatchObject({ recipe: STACK, stack: byHand.stack })
  })

  it.each([
    { layers: '1e9' },
    { layers: '2.5' },
    { hidden: '0' },
    { rate: '-1' },
    { flow: '__proto__' },
    { steps: 'many' },
  ])('are the standard where the address says %o', (parameters) => {
    expect(readSettings(parameters)).toEqual(readSettings({}))
  })

  it('follow what suits the data until the reader departs from it', () => {
    const first = readSettings({})
    const digits = { ...first, ...changesFor('digits', first) }
    expect(digits).toMatchObject({ data: 'digits', recipe: 'realNVP', learningRate: 0.001 })
    expect({ ...digits, ...changesFor('rings', digits) }).toEqual({ ...first, data: 'rings' })
    const own = { ...digits, learningRate: 0.01 }
    expect(changesFor('rings', own)).toEqual({ data: 'rings' })
  })

  it('name what is wrong with a stack for the data', () => {
    expect(() => modelOf(readSettings({ flow: STACK }), 1)).toThrow(/at least 2 columns/)
  })
})

describe('the address', () => {
  it('is read and written', () => {
    const route = { page: 'lecture', path: ['the jacobian'], parameters: { x: '1', y: 'a&b' } }
    expect(parseRoute(formatRoute(route))).toEqual(route)
    expect(parseRoute('')).toEqual({ page: 'studio', path: [], parameters: {} })
    expect(parseRoute('#/%E0%A4%A').page).toBe('%E0%A4%A')
  })
})

describe('the history', () => {
  const report = (step: number, trainNll: number, heldNll?: number): Progress => ({
    step,
    trainNll,
    heldNll,
    rate: 1,
    eta: 1,
  })

  it('grows by reports, and begins anew where training does', () => {
    const grown = [report(10, 3), report(20, 2, 2.5), report(30, 1, 2.5)].reduce(extended, EMPTY)
    expect(grown).toEqual({ steps: [10, 20, 30], train: [3, 2, 1], held: [Number.NaN, 2.5, Number.NaN] })
    expect(extended(grown, report(20, 2.2)).steps).toEqual([10, 20])
    expect(extended(grown, report(40, Number.NaN))).toBe(grown)
  })

  it('stays short however long the training', () => {
    let history = EMPTY
    for (let step = 1; step <= 5000; step++) history = extended(history, report(step, 1))
    expect(history.steps.length).toBeLessThanOrEqual(601)
    expect(history.steps.at(-1)).toBe(5000)
    expect(history.steps[0]).toBe(1)
  })
})
