import { beforeAll, describe, expect, it } from 'vitest'
import { carry, exactJacobian, ready } from '../flow/engine.js'
import { numericJacobian, signAndLogDet } from '../maths/linear.js'
import { atStart, catalogue, type LayerEntry } from './catalogue.js'

const points = [0.4, -0.7, -1.3, 0.9, 1.8, 2.1]

beforeAll(ready)

describe.each(Object.entries(catalogue) as [string, LayerEntry][])('the layer %s', (_key, entry) => {
  const shapes = entry.large ? [entry.event, entry.large] : [entry.event]

  it('goes there and back at the ends of every slider', () => {
    for (const pick of ['min', 'max', 'initial'] as const) {
      const knobs = Object.fromEntries(entry.knobs.map((knob) => [knob.name, knob[pick]]))
      const layer = entry.make(knobs, 3)
      const there = carry(layer, points, entry.event)
      const back = carry(layer, there.values, entry.event, 'inverse')
      for (const [i, value] of points.entries()) expect(back.values[i]).toBeCloseTo(value, 6)
      layer.dispose()
    }
  })

  it('has the log-determinant of its Jacobian, exact and by differences', () => {
    for (const event of shapes) {
      const layer = entry.make(atStart(entry), 2, event)
      const size = event.reduce((a, b) => a * b, 1)
      const x = Array.from({ length: size }, (_, i) => Math.sin(2 * i + 0.4))
      const { logDet } = carry(layer, x, event)
      const numeric = numericJacobian((at) => carry(layer, at, event).values, x)
      expect(signAndLogDet(exactJacobian(layer, x, event)).logAbs).toBeCloseTo(logDet[0]!, 8)
      expect(signAndLogDet(numeric).logAbs).toBeCloseTo(logDet[0]!, 6)
      layer.dispose()
    }
  })
})

const random = (Object.entries(catalogue) as [string, LayerEntry][]).filter(([, entry]) => entry.random)

describe.each(random)('the random layer %s', (_key, entry) => {
  it('changes with its seed, and with nothing else', () => {
    const values = [1, 1, 2].map((seed) => {
      const layer = entry.make(atStart(entry), seed)
      const { values } = carry(layer, points, entry.event)
      layer.dispose()
      return values.join()
    })
    expect(values[0]).toBe(values[1])
    expect(values[0]).not.toBe(values[2])
  })
})
