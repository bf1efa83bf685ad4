import { beforeAll, describe, expect, it } from 'vitest'
import { ready } from '../flow/engine.js'
import { numericJacobian, signAndLogDet } from '../maths/linear.js'
import { between, KINDS, type Part, parts, travel } from './run.js'

beforeAll(ready)

const chain: Part[] = KINDS.map((kind, i) => ({ kind, seed: i + 1 }))
const rows = Float64Array.from([0.3, -0.5, 1.2, 0.8, -1.6, -0.2])

describe('a chain of layers', () => {
  it('undoes itself, layer by layer', () => {
    const there = travel(chain, rows, 'forward')
    const back = travel(chain, there.stages[chain.length]!, 'inverse')
    for (const [k, stage] of back.stages.entries())
      for (const [i, value] of stage.entries()) expect(value).toBeCloseTo(there.stages[chain.length - k]![i]!, 7)
  })

  it('has the log-determinant of its Jacobian as a sum over layers', () => {
    const { logDets } = travel(chain, rows.slice(0, 2), 'forward')
    const total = logDets.reduce((sum, each) => sum + each[0]!, 0)
    const J = numericJacobian((x) => travel(chain, Float64Array.from(x), 'forward').stages[chain.length]!, [0.3, -0.5])
    expect(signAndLogDet(J).logAbs).toBeCloseTo(total, 5)
  })

  it('is written into an address and read from it', () => {
    expect(parts.parse(parts.format(chain))).toEqual(chain)
    expect(parts.parse('affine1.nonsense2')).toBeUndefined()
    expect(parts.parse('')).toBeUndefined()
  })

  it('moves smoothly from stage to stage', () => {
    const stages = [Float64Array.from([0, 2]), Float64Array.from([1, 4]), Float64Array.from([5, 0])]
    expect([...between(stages, 0.5)]).toEqual([0.5, 3])
    expect([...between(stages, 1)]).toEqual([1, 4])
    expect([...between(stages, 2)]).toEqual([5, 0])
  })
})
