import { Rng, sizeOf, tensor, valueAndGradients, vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { drawIn, REALS } from '../inputs.js'
import { KOLMOGOROV_CRITICAL, kolmogorovSmirnov } from '../statistics.js'
import { tolerance } from '../tolerance.js'
import type { Checks } from './checks.js'
import { DRAWS, exactly, type Subject, tidied } from './subject.js'

const STEP = 1e-5

/** Distribution function, quantiles, and every gradient against finite differences in double precision. */
export function calculusChecks(subject: Subject): Checks {
  const checks: Checks = {}
  const { kappa } = subject.options

  checks['draws samples that agree with its cdf, where it has one (Kolmogorov–Smirnov)'] = () => {
    if (!subject.has('cdf') || subject.discrete) return
    const values = exactly(() => subject.distribution.cdf(subject.some(DRAWS)).dataSync())
    const { batchSize } = subject
    for (let m = 0; m < batchSize; m++) {
      const mine = Float64Array.from({ length: DRAWS }, (_, i) => values[i * batchSize + m]!)
      expect(kolmogorovSmirnov(mine)).toBeLessThan(KOLMOGOROV_CRITICAL)
    }
  }

  checks['has the density as the derivative of its cdf, where it has one'] = () => {
    if (!subject.has('cdf')) return
    const { distribution } = subject
    exactly(() => {
      const x = subject.some(32)
      const p = tf.exp(distribution.logProb(x)).dataSync()
      if (subject.discrete) {
        const jump = tf.sub(distribution.cdf(x), distribution.cdf(tf.sub(x, 0.5))).dataSync()
        for (const [i, value] of p.entries()) expect(Math.abs(jump[i]! - value)).toBeLessThan(1e-12 * kappa)
        return
      }
      const steps = room(subject, x.dataSync()).map((r) => STEP * r)
      const step = tensor(steps, x.shape)
      const above = distribution.cdf(tf.add(x, step)).dataSync()
      const below = distribution.cdf(tf.sub(x, step)).dataSync()
      const slope = vjp(() => tf.sum(distribution.cdf(x)), [x]).gradients[0]!.dataSync()
      for (const [i, value] of p.entries()) {
        const allowed = 1e-6 * kappa * (1 / subject.place.scale + value)
        expect(Math.abs((above[i]! - below[i]!) / (2 * steps[i]!) - value), `difference at ${i}`).toBeLessThan(allowed)
        expect(Math.abs(slope[i]! - value), `gradient at ${i}`).toBeLessThan(allowed * 1e-3)
      }
    })
  }

  checks['inverts its cdf, where it has one'] = () =>
    tidied(() => {
      if (!subject.has('quantile') || !subject.has('cdf')) return
      const { distribution, batchSize } = subject
      if (subject.discrete) {
        const { lower, upper } = distribution.support
        for (let k = lower; k <= upper; k++) {
          const p = tf.exp(distribution.logProb(tensor(k)))
          const found = distribution.quantile(tf.sub(distribution.cdf(tensor(k)), tf.mul(0.5, p))).dataSync()
          const possible = p.dataSync()
          for (let m = 0; m < batchSize; m++) if (possible[m]! > 0) expect(found[m]).toBe(k)
        }
        return
      }
      const levels = [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]
      for (const u of levels)
        for (const p of distribution.cdf(distribution.quantile(tensor(u))).dataSync())
          expect(Math.abs(p - u), `level ${u}`).toBeLessThan(tolerance(kappa, 1, u))
      for (const value of distribution.quantile(tensor(1.5)).dataSync()) expect(value).toBeNaN()
      for (const value of distribution.quantile(tensor(-0.5)).dataSync()) expect(value).toBeNaN()
    })

  checks['has the right gradient for each parameter and for its input'] = () =>
    exactly(() => {
      const { distribution } = subject
      const slots = [...distribution.trainable()]
      const x = subject.some(8)
      const weights = tensor(Float64Array.from(drawIn(REALS, 'weights', 8 * subject.batchSize)), [
        8,
        ...distribution.batchShape,
      ])
      const loss = (at: tf.Tensor): tf.Tensor => tf.sum(tf.mul(distribution.logProb(at), weights))
      const { gradients } = valueAndGradients(() => loss(x), [x, ...slots.map(([, slot]) => slot.value)])
      if (!subject.discrete)
        expectDirectional(
          gradients[0]!,
          Float64Array.from(x.dataSync()),
          room(subject, x.dataSync()).map((r) => STEP * r),
          (v) => number(loss(tensor(v, subject.shape(8)))),
          kappa,
          'x',
        )
      for (const [i, [path, slot]] of slots.entries()) {
        const gradient = gradients[i + 1]!
        if (!subject.options.parametersWithoutGradient.includes(path))
          expect(
            gradient.dataSync().some((g) => g !== 0),
            `${path} gets a gradient`,
          ).toBe(true)
        expectDirectional(
          gradient,
          Float64Array.from(slot.value.dataSync()),
          [STEP],
          (v) => distribution.withParameters({ [path]: tensor(v, slot.shape) }, () => number(loss(x))),
          kappa,
          path,
        )
      }
    })

  checks['has right gradients of its cdf, quantiles, moments and entropy'] = () =>
    exactly(() => {
      const { distribution } = subject
      const slots = [...distribution.trainable()]
      const x = subject.some(4)
      const levels = tensor(
        Float64Array.from({ length: x.size }, (_, i) => (i + 0.5) / x.size),
        x.shape,
      )
      const methods: [string, () => tf.Tensor][] = [
        ['mean', () => distribution.mean()],
        ['variance', () => distribution.variance()],
        ['entropy', () => distribution.entropy()],
        ['cdf', () => distribution.cdf(x)],
      ]
      if (!subject.discrete) methods.push(['quantile', () => distribution.quantile(levels)])
      for (const [what, method] of methods) {
        const size = subject.closed(method)?.size
        if (size === undefined) continue
        const weigh = (value: tf.Tensor): tf.Tensor =>
          tf.sum(tf.mul(value, tensor(Float64Array.from(drawIn(REALS, what, size)), value.shape)))
        for (const [path, slot] of slots) {
          const { gradients } = valueAndGradients(() => weigh(method()), [slot.value])
          const at = (v: Float64Array): number =>
            distribution.withParameters({ [path]: tensor(v, slot.shape) }, () => number(weigh(method())))
          const start = Float64Array.from(slot.value.dataSync())
          if (Number.isFinite(at(start)))
            expectDirectional(gradients[0]!, start, [STEP], at, kappa, `${what} by ${path}`)
        }
        if (what !== 'quantile') continue
        const { gradients } = valueAndGradients(() => weigh(method()), [levels])
        const at = (v: Float64Array): number => number(weigh(distribution.quantile(tensor(v, levels.shape))))
        expectDirectional(
          gradients[0]!,
          Float64Array.from(levels.dataSync()),
          [1e-6],
          at,
          10 * kappa,
          'quantile by level',
        )
      }
    })

  checks['draws with the gradients it states'] = () =>
    exactly(() => {
      const { distribution } = subject
      const slots = [...distribution.trainable()]
      const draw = (): tf.Tensor => distribution.sample([8], { rng: Rng.seed('path') })
      const z = draw()
      const weights = tensor(Float64Array.from(drawIn(REALS, 'weights', z.size)), z.shape)
      const { gradients } = valueAndGradients(
        () => tf.sum(tf.mul(draw(), weights)),
        slots.map(([, slot]) => slot.value),
      )
      for (const [i, [path, slot]] of slots.entries()) {
        const gradient = gradients[i]!
        if (!distribution.reparameterised) {
          expect(
            gradient.dataSync().every((g) => g === 0),
            `${path} gets no gradient from draws`,
          ).toBe(true)
          continue
        }
        const at = (v: Float64Array): number =>
          distribution.withParameters({ [path]: tensor(v, slot.shape) }, () => {
            if (subject.options.pathwise === 'draws') return number(tf.sum(tf.mul(draw(), weights)))
            const slope = tf.exp(tf.neg(fixedLogProb))
            return -number(tf.sum(tf.mul(tf.mul(distribution.cdf(z), slope), weights)))
          })
        const fixedLogProb = distribution.logProb(z)
        expectDirectional(gradient, Float64Array.from(slot.value.dataSync()), [STEP], at, kappa, `draws by ${path}`)
      }
    })

  checks['has finite gradients on, at and beyond its edges'] = () =>
    tidied(() => {
      const { distribution, eventSize } = subject
      const { lower, upper } = distribution.support
      const { centre, scale } = subject.place
      const around = [lower, upper]
        .filter(Number.isFinite)
        .flatMap((edge) => [edge, edge - 1e-6, edge + 1e-6, edge - 1, edge + 1])
      const far = [centre, centre - 1e4 * scale, centre + 1e4 * scale, centre - 30 * scale, centre + 30 * scale]
      const slots = [...distribution.trainable()]
      for (const value of [...around, ...far, ...subject.options.edges]) {
        const x = tensor(new Float64Array(sizeOf(subject.shape(1))).fill(value), subject.shape(1))
        const { gradients } = vjp(
          () => distribution.logProb(x),
          [x, ...slots.map(([, slot]) => slot.value)],
          tf.ones([1, ...distribution.batchShape]),
        )
        for (const [i, gradient] of gradients.entries())
          expect(
            gradient.dataSync().every(Number.isFinite),
            `${i === 0 ? 'x' : slots[i - 1]![0]} at ${value} (${eventSize})`,
          ).toBe(true)
      }
    })

  return checks
}

/** Compares a gradient with the central difference of f along a random direction. */
function expectDirectional(
  gradient: tf.Tensor,
  at: Float64Array,
  steps: ArrayLike<number>,
  f: (values: Float64Array) => number,
  kappa: number,
  what: string,
): void {
  // in units of the steps, which are one for all or one a value
  const along = Float64Array.from(drawIn(REALS, `along ${what}`, at.length), (d, i) => d * steps[i % steps.length]!)
  const moved = (by: number): Float64Array => at.map((value, i) => value + by * along[i]!)
  const unit = steps.length === 1 ? steps[0]! : STEP
  const numeric = (f(moved(1)) - f(moved(-1))) / 2 / unit
  const values = gradient.dataSync()
  const analytic = along.reduce((sum, d, i) => sum + d * values[i]!, 0) / unit
  expect(Math.abs(analytic - numeric), `gradient of ${what}: ${analytic} against ${numeric}`).toBeLessThan(
    1e-6 * kappa * (1 + Math.abs(numeric)),
  )
}

/** For each value how far it may move: the spread of draws, or less near an end of the support, where a density may be singular. */
function room(subject: Subject, values: ArrayLike<number>): Float64Array {
  const { lower, upper } = subject.distribution.support
  const { scale } = subject.place
  return Float64Array.from(values, (v) => Math.min(scale, v - lower, upper - v))
}

const number = (x: tf.Tensor): number => x.dataSync()[0]!
