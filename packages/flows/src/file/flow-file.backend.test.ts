import { Affine, Chain, Tanh } from '@ebbflow/bijectors'
import { EbbflowError, Rng, registryOf, tensor } from '@ebbflow/core'
import { drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Dequantised } from '../dequantise/dequantised.js'
import { variationalDequantiser } from '../dequantise/variational.js'
import { Flow } from '../flow.js'
import { JointFlow } from '../joint.js'
import { standardNormal } from '../recipes/options.js'
import { realNVP } from '../recipes/real-nvp.js'
import { standardRegistry, standardTypes } from '../registry.js'
import { loadDequantised, loadFlow, loadJointFlow, saveFlow } from './flow-file.js'
import { readModel, writeModel } from './model-file.js'

/** Away from where it starts, at values that single precision holds, for files hold no others. */
function stirred<M extends Flow | Flow<tf.Tensor> | JointFlow | Dequantised>(model: M): M {
  model.init({ seed: 1 })
  for (const [path, slot] of model.slots())
    tf.tidy(() => {
      const moved = tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25)).dataSync()
      slot.assign(tensor(Float64Array.from(moved, Math.fround), slot.shape))
    })
  return model
}

const flow = (): Flow => stirred(realNVP({ dimensions: 2, layers: 2, hidden: [8] }))
const conditional = (): Flow<tf.Tensor> => realNVP({ dimensions: 2, layers: 2, hidden: [8], context: 3 })
const joint = (labels?: readonly number[] | 'learnable'): JointFlow =>
  stirred(new JointFlow({ flow: conditional(), ...(labels && { labels }) }))
const quantised = (): Dequantised =>
  stirred(
    new Dequantised({
      flow: realNVP({ image: [4, 4, 1], levels: 1, steps: 1, width: 3 }),
      levels: 8,
      dequantiser: variationalDequantiser({ image: [4, 4, 1], layers: 2, width: 3 }),
    }),
  )

const caught = (body: () => unknown): EbbflowError => {
  try {
    body()
  } catch (error) {
    expect(error).toBeInstanceOf(EbbflowError)
    return error as EbbflowError
  }
  throw new Error('nothing was thrown')
}

describe('model files', () => {
  it('hold a flow to the last bit, and what stands beside it', () => {
    const before = flow()
    const { flow: after, file } = loadFlow(saveFlow(before, { seed: 7, training: { steps: 3 } }))
    expect([file.seed, file.training, file.preprocessing]).toEqual([7, { steps: 3 }, null])
    tf.tidy(() => {
      const x = drawTensor(REALS, 'x', [5, 2])
      expect([...(after as Flow).logProb(x).dataSync()]).toEqual([...before.logProb(x).dataSync()])
    })
    before.dispose()
    after.dispose()
  })

  it.each([
    ['given', [1, 2, 5]],
    ['learnable', 'learnable'],
    ['all the same', undefined],
  ] as const)('hold a joint model to the last bit, with labels %s', (_, labels) => {
    const before = joint(labels)
    const { joint: after, file } = loadJointFlow(saveFlow(before, { seed: 'two' }))
    expect(file.seed).toBe('two')
    expect([...after.slots().keys()]).toEqual([...before.slots().keys()])
    tf.tidy(() => {
      const x = drawTensor(REALS, 'x', [5, 2])
      const y = tf.tensor1d([0, 2, 1, 2, 0])
      expect([...after.logProb(x, y).dataSync()]).toEqual([...before.logProb(x, y).dataSync()])
      expect([...after.logProb(x).dataSync()]).toEqual([...before.logProb(x).dataSync()])
      const [a, b] = [after, before].map((model) => [...model.classify(x).probabilities.dataSync()])
      expect(a).toEqual(b)
      const [c, d] = [after, before].map((model) => {
        const { value, label } = model.sample(6, { rng: Rng.seed(3) })
        return [...value.dataSync(), ...label.dataSync()]
      })
      expect(c).toEqual(d)
    })
    before.dispose()
    after.dispose()
  })

  it('hold a model of quantised data to the last bit, its dequantiser too', () => {
    const before = quantised()
    const { dequantised: after } = loadDequantised(saveFlow(before))
    expect(after.levels).toBe(8)
    tf.tidy(() => {
      const v = tf.floor(drawTensor({ lower: 0, upper: 8 }, 'v', [3, 4, 4, 1]))
      const [a, b] = [after, before].map((model) => [...model.elbo(v, { rng: Rng.seed(2) }).dataSync()])
      expect(a).toEqual(b)
    })
    before.dispose()
    after.dispose()
  })

  it('say which kind they hold where another is wanted', () => {
    const models = { flow: flow(), joint: joint(), dequantised: quantised() }
    const named = {
      flow: 'a flow, which loadFlow loads',
      joint: 'a joint model, which loadJointFlow loads',
      dequantised: 'a model of quantised data, which loadDequantised loads',
    }
    const loaders = { flow: loadFlow, joint: loadJointFlow, dequantised: loadDequantised }
    const before = tf.memory().numTensors
    for (const held of ['flow', 'joint', 'dequantised'] as const)
      for (const wanted of ['flow', 'joint', 'dequantised'] as const) {
        if (held === wanted) continue
        const error = caught(() => loaders[wanted](saveFlow(models[held])))
        expect(error.code).toBe('file')
        expect(error.message).toContain('the model file holds another kind of model: expected a')
        expect(error.received).toBe(named[held])
        expect(named[wanted].startsWith(error.expected!)).toBe(true)
      }
    expect(tf.memory().numTensors).toBe(before)
    const layer = writeModel({ ...readModel(saveFlow(models.flow)), model: { type: 'tanh', config: {} } })
    expect(caught(() => loadJointFlow(layer)).received).toBe('tanh')
    for (const model of Object.values(models)) model.dispose()
  })

  it('build only types of the registry', () => {
    class Own extends Affine {
      static override readonly type = 'test-own'
      static override fromConfig(): Own {
        return new Own({ shift: 1 })
      }
    }
    const base = standardNormal(2)
    const own = stirred(new Flow({ base, bijector: new Chain([new Tanh(), new Own({ shift: 1 })]) }))
    const saved = saveFlow(own)
    expect(caught(() => loadFlow(saved)).received).toBe('test-own')
    const again = loadFlow(saved, registryOf(...standardTypes(), Own)).flow
    expect(again.bijector).toBeInstanceOf(Chain)
    expect(standardRegistry().has('joint-flow')).toBe(true)
  })

  it('name an array that is missing, too much, or of another shape', () => {
    const model = joint('learnable')
    const file = readModel(saveFlow(model))
    const changed = (change: (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>) => void) => {
      const tensors = new Map(
        [...file.tensors].map(([path, { shape, data }]) => [path, { shape, data: Float32Array.from(data) }]),
      )
      change(tensors)
      return caught(() => loadJointFlow(writeModel({ ...file, tensors })))
    }
    const [path] = [...file.tensors.keys()]
    expect(changed((tensors) => tensors.delete(path!)).expected).toBe(path)
    expect(changed((tensors) => tensors.set('more', { shape: [1], data: new Float32Array(1) })).received).toBe('more')
    const error = changed((tensors) => tensors.set(path!, { shape: [1, 1], data: new Float32Array(1) }))
    expect([error.code, error.received]).toEqual(['file', '[1, 1]'])
    expect(error.message).toContain(path)
    model.dispose()
  })
})
