import { Rng } from '@ebbflow/core'
import { JointFlow, labelCounts, realNVP } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import * as schedules from './schedules.js'

const CENTRES = [
  [2, 0],
  [-1, 1.5],
  [-1, -1.5],
]
const SHARES = [0.5, 0.3, 0.2]
const SPREAD = 0.5

/** Three normals around their centres, of unequal shares, with their labels. */
function labelled(n: number, seed: number): { rows: Float32Array; labels: Float32Array } {
  const rng = Rng.seed(seed)
  const u = rng.values('uniform', n)
  const z = rng.values('normal', 2 * n)
  const labels = u.map((v) => (v < 0.5 ? 0 : v < 0.8 ? 1 : 2))
  return { rows: z.map((v, i) => CENTRES[labels[i >> 1]!]![i % 2]! + SPREAD * v), labels }
}

/** H(y) + H(x | y) */
const ENTROPY = -SHARES.reduce((sum, p) => sum + p * Math.log(p), 0) + Math.log(2 * Math.PI * Math.E * SPREAD ** 2)

test.each(['frequencies', 'learnable'] as const)(
  'a joint model of labelled rows classifies them, labels %s',
  async (kind) => {
    const { rows, labels } = labelled(3000, 1)
    const flow = realNVP({ dimensions: 2, layers: 2, hidden: [16], context: 3 })
    const joint = new JointFlow({ flow, labels: kind === 'learnable' ? kind : labelCounts(labels, 3) })
    await fit(joint, rows, { context: labels, steps: 250, learningRate: 1e-2, schedule: schedules.cosine() })
    const test = labelled(2000, 2)
    const nll = await evaluate(joint, test.rows, { context: test.labels })
    expect(Math.abs(nll - ENTROPY)).toBeLessThan(0.1)
    tf.tidy(() => {
      const { label, probabilities } = joint.classify(tf.tensor2d(test.rows, [2000, 2]))
      const right = label.dataSync().filter((found, i) => found === test.labels[i]).length / 2000
      expect(right).toBeGreaterThan(0.97)
      // p(y | x) is calibrated: its mean over the rows is how often each label occurs
      const mean = tf.mean(probabilities, 0).dataSync()
      SHARES.forEach((share, k) => {
        expect(Math.abs(mean[k]! - share)).toBeLessThan(0.03)
      })
    })
    joint.dispose()
  },
)
