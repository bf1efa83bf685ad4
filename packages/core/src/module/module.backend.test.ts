import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { EbbflowError } from '../errors.js'
import { constant, tensor } from '../tensor.js'
import { filled, glorotUniform, heNormal, normal, ones, zeros } from './initialisers.js'
import { Module } from './module.js'
import type { Slot } from './slot.js'

class Leaf extends Module {
  readonly weight: Slot
  readonly count: Slot
  constructor(size: number) {
    super()
    this.weight = this.param('weight', [size], normal(1))
    this.count = this.state('count', [], zeros)
  }
}
class Tree extends Module {
  readonly leaves: readonly Leaf[]
  readonly again: Leaf
  readonly options = { nested: { list: [1, 2] } }
  constructor() {
    super()
    this.leaves = [2, 3].map((size, i) => this.child(`leaf${i}`, new Leaf(size)))
    this.again = this.child('again', this.leaves[0]!)
  }
}

const valuesOf = (tree: Module): number[] => [...tree.slots().values()].flatMap((slot) => [...slot.value.dataSync()])

describe('Module', () => {
  it('lists slots by path, a shared one once', () => {
    const tree = new Tree()
    expect([...tree.slots().keys()]).toEqual(['leaf0.weight', 'leaf0.count', 'leaf1.weight', 'leaf1.count'])
    expect([...tree.parameters().keys()]).toEqual(['leaf0.weight', 'leaf1.weight'])
    expect(tree.pathOf(tree.leaves[1]!)).toBe('leaf1')
    expect(tree.pathOf(tree)).toBe('')
    expect(tree.pathOf(new Leaf(1))).toBeUndefined()
  })

  it('makes nothing until init, and then the same for the same seed', () => {
    const before = tf.memory().numTensors
    const tree = new Tree()
    expect(tf.memory().numTensors).toBe(before)
    expect(tree.initialised).toBe(false)
    expect(() => tree.leaves[0]!.weight.value).toThrow('init({ seed })')
    tree.init({ seed: 4 })
    expect(tf.memory().numTensors).toBe(before + 4)
    const other = new Tree().init({ seed: 4 })
    expect(valuesOf(other)).toEqual(valuesOf(tree))
    expect(valuesOf(other.init({ seed: 5 }))).not.toEqual(valuesOf(tree))
    tree.dispose()
    other.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('keeps what is there when asked for what is missing only', () => {
    const tree = new Tree().init({ seed: 1 })
    tf.tidy(() => tree.leaves[0]!.weight.assign(tensor([7, 8])))
    tree.leaves[1]!.dispose()
    tree.init({ seed: 1, onlyMissing: true })
    expect([...tree.leaves[0]!.weight.value.dataSync()]).toEqual([7, 8])
    expect(tree.initialised).toBe(true)
    tree.dispose()
  })

  it('runs with other values in the place of its own, and puts its own back after a throw too', () => {
    const tree = new Tree().init()
    const own = valuesOf(tree)
    tf.tidy(() => {
      const other = tensor([5, 6])
      const seen = tree.withParameters({ 'leaf0.weight': other }, () =>
        tree.withParameters(new Map([['leaf1.count', constant(9)]]), () => valuesOf(tree)),
      )
      expect(seen.slice(0, 2)).toEqual([5, 6])
      expect(seen.at(-1)).toBe(9)
      expect(() =>
        tree.withParameters({ 'leaf0.weight': other }, () => {
          throw new Error('within')
        }),
      ).toThrow('within')
      expect(() => tree.withParameters({ 'leaf0.weight': other, nothing: other }, () => 0)).toThrow(EbbflowError)
      expect(() => tree.withParameters({ 'leaf1.weight': other }, () => 0)).toThrow('[3]')
    })
    expect(valuesOf(tree)).toEqual(own)
    tree.dispose()
  })

  it('has clones with slots of their own, and the same sharing', () => {
    const tree = new Tree().init()
    tree.leaves[1]!.freeze()
    const copy = tree.clone()
    expect(copy).toBeInstanceOf(Tree)
    expect(copy.again).toBe(copy.leaves[0])
    expect(copy.leaves[0]).not.toBe(tree.leaves[0])
    expect(copy.slots().get('leaf0.weight')).toBe(copy.leaves[0]!.weight)
    expect(valuesOf(copy)).toEqual(valuesOf(tree))
    expect([...copy.trainable().keys()]).toEqual(['leaf0.weight'])
    const own = valuesOf(tree)
    tf.tidy(() => copy.leaves[0]!.weight.assign(tensor([5, 6])))
    expect(valuesOf(tree)).toEqual(own)
    copy.dispose()
    expect(valuesOf(tree)).toEqual(own)
    tree.dispose()
  })

  it('is bit-equal after its values were used on other backends', () => {
    const tree = new Tree().init()
    const own = valuesOf(tree)
    withBackend('float64', () => tf.tidy(() => tf.mul(tree.leaves[0]!.weight.value, 2).dataSync()))
    tf.tidy(() => tf.mul(tree.leaves[0]!.weight.value, 2).dataSync())
    expect(valuesOf(tree)).toEqual(own)
    tree.dispose()
  })

  it('freezes, and sums itself up', () => {
    const tree = new Tree().init()
    expect(tree.freeze().trainable().size).toBe(0)
    expect(tree.freeze(false).trainable().size).toBe(2)
    tree.leaves[1]!.freeze()
    const lines = tree.summary().split('\n')
    expect(lines[1]).toMatch(/^leaf0\.weight +\[2\] +2$/)
    expect(lines[3]).toMatch(/^leaf1\.weight +\[3\] +3 +frozen$/)
    expect(lines[4]).toMatch(/state$/)
    expect(lines.at(-1)).toBe('5 parameters')
    tree.dispose()
  })

  it('refuses names that are taken or hold a dot', () => {
    class Bad extends Module {
      constructor(...names: string[]) {
        super()
        for (const name of names) this.param(name, [], zeros)
      }
    }
    expect(() => new Bad('a', 'a')).toThrow("got 'a'")
    expect(() => new Bad('a.b')).toThrow("got 'a.b'")
    expect(() => new Bad('')).toThrow("got ''")
  })
})

describe('Slot', () => {
  it('shares nothing that its caller may dispose of, and refuses another shape', () => {
    const leaf = new Leaf(2)
    const value = tensor([1, 2])
    leaf.weight.assign(value)
    const identity = leaf.weight.value
    leaf.weight.assign(value)
    expect(leaf.weight.value).toBe(identity)
    value.dispose()
    expect([...leaf.weight.value.dataSync()]).toEqual([1, 2])
    tf.tidy(() => {
      expect(() => leaf.weight.assign(tensor([1, 2, 3]))).toThrow('expected [2], got [3]')
    })
    leaf.dispose()
  })
})

describe('initialisers', () => {
  class One extends Module {
    readonly slot: Slot
    constructor(shape: number[], init: typeof zeros) {
      super()
      this.slot = this.param('p', shape, init)
    }
  }
  const draw = (shape: number[], init: typeof zeros): Float32Array => {
    const module = new One(shape, init).init({ seed: 1 })
    const values = module.slot.value.dataSync() as Float32Array
    const copy = values.slice()
    module.dispose()
    return copy
  }
  const variance = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0) / values.length

  it('have the spread that they state', () => {
    expect([...draw([2], ones)]).toEqual([1, 1])
    expect([...draw([2, 2], filled([1, 2]))]).toEqual([1, 2, 1, 2])
    const n = 100 * 200
    // the variance of a mean square of n normals is 2/n
    for (const [values, expected] of [
      [draw([100, 200], normal(0.5)), 0.25],
      [draw([100, 200], heNormal), 2 / 100],
      [draw([100, 200], glorotUniform), 2 / 300],
    ] as const)
      expect(Math.abs(variance(values) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(Math.max(...draw([100, 200], glorotUniform))).toBeLessThan(Math.sqrt(6 / 300))
  })
})
