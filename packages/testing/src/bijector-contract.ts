import {
  type Bijector,
  build,
  type Call,
  describe as describeModule,
  EbbflowError,
  EVAL,
  type Mapped,
  type Registry,
  Rng,
  type Shape,
  sizeOf,
  tensor,
  valueAndGradients,
  withBackend,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Domain, drawIn, drawTensor, REALS } from './inputs.js'
import { exactLogDet } from './reference.js'
import { expectAgreement } from './tolerance.js'

/** What {@link bijectorContract} needs to know of a bijector. */
export interface BijectorContractOptions {
  /** Makes the bijector; its parameters are then drawn at random, never left at their initial values. */
  make: () => Bijector
  /** Shape of an input event; for an elementwise bijector `[]`. */
  event: Shape
  /** Where inputs of `forward` are drawn from. Default ℝ. */
  domain?: Domain
  /** Where inputs of `inverse` are drawn from. Default: images of inputs. */
  range?: Domain
  /** Standard deviation of inputs on ℝ. Default 1. */
  spread?: number
  /** Standard deviation of the random parameters. Default 0.5. */
  parameterSpread?: number
  /** Conditioning κ of the layer at those parameters: by how much it may enlarge rounding errors. Default 1. */
  kappa?: number
  /** How many events are mapped at once: fewer for a layer whose exact Jacobians are dear. Default 6. */
  rows?: number
  /** Size of the context; 0 for an unconditional layer. Default 0. */
  context?: number
  /** Single values on, at and beyond the edges of the formula, where gradients must be finite in both directions. */
  edges?: { forward?: readonly number[]; inverse?: readonly number[] }
  /** The types that a saved form may name; without it saving is not tested. */
  registry?: Registry
  /** Whether the log-determinant leaves out the gradient of some parameters. Default false: each must have one. */
  parametersWithoutGradient?: readonly string[]
}

/**
 * The contract of every bijector as a test suite: round trips, log-determinants against exact Jacobians in both directions, batch
 * shapes, a right gradient for each parameter, finite gradients at the edges, the same numbers on each backend, saving, cloning, typed
 * errors, no tensor left behind. Call it within a vitest file; the current backend is the one that is tested, and `float64` must be
 * loaded for comparison.
 *
 * @example
 * ```ts
 * bijectorContract('Exp', { make: () => new Exp(), event: [], range: { lower: 0, upper: Infinity } })
 * ```
 */
export function bijectorContract(name: string, options: BijectorContractOptions): void {
  const {
    event,
    domain = REALS,
    spread = 1,
    parameterSpread = 0.5,
    kappa = 1,
    context = 0,
    edges = {},
    rows = 6,
  } = options
  const dimensions = Math.max(1, sizeOf(event))

  describe(`${name} keeps the bijector contract`, () => {
    let bijector: Bijector
    beforeAll(() => {
      bijector = randomise(options.make(), parameterSpread)
    })
    afterAll(() => bijector.dispose())

    const callFor = (batch: Shape): Call =>
      context === 0 ? EVAL : { mode: 'eval', context: drawTensor(REALS, 'context', [...batch, context]) }
    const input = (batch: Shape): tf.Tensor => drawTensor(domain, 'x', [...batch, ...event], spread)
    const output = (batch: Shape): tf.Tensor =>
      options.range
        ? drawTensor(options.range, 'y', [...batch, ...bijector.outputShape(event)], spread)
        : bijector.forward(input(batch), callFor(batch))
    const directions = {
      forward: (x: tf.Tensor, call: Call): Mapped => bijector.forwardAndLogDet(x, call),
      inverse: (y: tf.Tensor, call: Call): Mapped => bijector.inverseAndLogDet(y, call),
    }
    const start = { forward: input, inverse: output }
    const names = ['forward', 'inverse'] as const

    it.each(names)('goes %s and comes back', (direction) =>
      tidied(() => {
        const back = direction === 'forward' ? directions.inverse : directions.forward
        const call = callFor([rows])
        const from = start[direction]([rows])
        const there = directions[direction](from, call)
        const again = back(there.value, call)
        expectAgreement(again.value.dataSync(), from.dataSync(), { kappa, dimensions, what: 'round trip' })
        expectAgreement(again.logDet.dataSync(), tf.neg(there.logDet).dataSync(), {
          kappa,
          dimensions,
          what: 'log-determinants of both directions',
        })
      }),
    )

    it.each(names)('has the log-determinant of the exact Jacobian, %s', (direction) =>
      tidied(() => {
        const call = callFor([rows])
        const from = start[direction]([rows])
        const { logDet } = directions[direction](from, call)
        const exact = exactLogDet((x) => bijector[direction](x, call), from)
        expect(exact.every(Number.isFinite)).toBe(true)
        expectAgreement(logDet.dataSync(), exact, { kappa, dimensions, what: 'log-determinant' })
      }),
    )

    it.each([[[]], [[1]], [[2, 3]], [[0]]])('maps a batch of shape %j row by row', (batch: number[]) =>
      tidied(() => {
        const from = input(batch)
        const { value, logDet } = directions.forward(from, callFor(batch))
        expect(value.shape).toEqual([...batch, ...bijector.outputShape(event)])
        expect(logDet.shape).toEqual(batch)
        const count = sizeOf(batch)
        const flat = callFor(batch).context
        for (let r = 0; r < count; r++) {
          const one = tf.slice(tf.reshape(from, [count, ...event]), [r, ...event.map(() => 0)], [1, ...event])
          const call: Call = flat
            ? { mode: 'eval', context: tf.slice(tf.reshape(flat, [count, context]), [r, 0], [1, context]) }
            : EVAL
          const alone = directions.forward(one, call)
          const size = value.size / count
          const what = `row ${r}`
          expectAgreement(value.dataSync().slice(r * size, (r + 1) * size), alone.value.dataSync(), {
            kappa,
            dimensions,
            what,
          })
          expectAgreement(logDet.dataSync().slice(r, r + 1), alone.logDet.dataSync(), { kappa, dimensions, what })
        }
      }),
    )

    it.each(names)('has the right gradient for each parameter, %s', (direction) =>
      tidied(() => {
        const slots = [...bijector.trainable()]
        const skip = options.parametersWithoutGradient ?? []
        const from = start[direction]([rows]).dataSync()
        const loss = (): tf.Tensor =>
          probe(directions[direction], from, start[direction]([rows]).shape, callFor([rows]))
        withBackend('float64', () => {
          const { gradients } = valueAndGradients(
            loss,
            slots.map(([, slot]) => slot.value),
          )
          for (const [i, [path, slot]] of slots.entries()) {
            const gradient = gradients[i]!.dataSync()
            if (!skip.includes(path))
              expect(
                gradient.some((g) => g !== 0),
                `${path} gets a gradient`,
              ).toBe(true)
            const along = Float64Array.from(drawIn(REALS, `along ${path}`, sizeOf(slot.shape)))
            const step = 1e-5
            const shifted = (by: number): number => {
              const values = slot.value.dataSync()
              const moved = tensor(
                along.map((d, k) => values[k]! + by * d),
                slot.shape,
              )
              return bijector.withParameters({ [path]: moved }, () => loss().dataSync()[0]!)
            }
            const numeric = (shifted(step) - shifted(-step)) / (2 * step)
            const analytic = along.reduce((sum, d, k) => sum + d * gradient[k]!, 0)
            expect(Math.abs(analytic - numeric), `gradient of ${path}`).toBeLessThan(
              1e-5 * kappa * (1 + Math.abs(numeric)),
            )
          }
        })
      }),
    )

    it.each(names.filter((d) => edges[d]))('has finite gradients on, at and beyond its edges, %s', (direction) =>
      tidied(() => {
        const values = edges[direction]!
        const shape = direction === 'forward' ? event : bijector.outputShape(event)
        const x = tensor(
          values.flatMap((value) => Array(sizeOf(shape)).fill(value)),
          [values.length, ...shape],
        )
        const slots = [...bijector.trainable()]
        const { gradients } = valueAndGradients(() => {
          const { value, logDet } = directions[direction](x, callFor([values.length]))
          return tf.add(tf.sum(value), tf.sum(logDet))
        }, [x, ...slots.map(([, slot]) => slot.value)])
        for (const [i, gradient] of gradients.entries())
          expect(gradient.dataSync().every(Number.isFinite), i === 0 ? 'x' : slots[i - 1]![0]).toBe(true)
      }),
    )

    it.each(names)('gives the same numbers as double precision, %s', (direction) =>
      tidied(() => {
        const call = callFor([rows])
        const from = start[direction]([rows])
        const here = directions[direction](from, call)
        const there = withBackend('float64', () => {
          const { value, logDet } = directions[direction](
            tensor(Float64Array.from(from.dataSync()), from.shape),
            callFor([rows]),
          )
          return { value: [...value.dataSync()], logDet: [...logDet.dataSync()] }
        })
        expectAgreement(here.value.dataSync(), there.value, { kappa, dimensions, what: 'value' })
        expectAgreement(here.logDet.dataSync(), there.logDet, { kappa, dimensions, what: 'log-determinant' })
      }),
    )

    it('gives the same value where only that is wanted', () =>
      tidied(() => {
        const call = callFor([rows])
        const x = input([rows])
        const y = output([rows])
        const agree = (a: tf.Tensor, b: tf.Tensor): void =>
          expectAgreement(a.dataSync(), b.dataSync(), { kappa, dimensions, what: 'value alone' })
        agree(bijector.forward(x, call), directions.forward(x, call).value)
        agree(bijector.inverse(y, call), directions.inverse(y, call).value)
      }))

    it('leaves no tensor behind and never gives the handle it was given', () => {
      const call = callFor([rows])
      const from = { forward: input([rows]), inverse: output([rows]) }
      const before = tf.memory().numTensors
      for (const direction of names) {
        const { value, logDet } = directions[direction](from[direction], call)
        expect(value).not.toBe(from[direction])
        expect(logDet).not.toBe(from[direction])
        expect(tf.memory().numTensors).toBe(before + 2)
        value.dispose()
        logDet.dispose()
        expect(from[direction].isDisposed).toBe(false)
      }
      tf.dispose([from.forward, from.inverse, call.context ?? []])
    })

    it('refuses events of another shape with a typed error', () =>
      tidied(() => {
        const wrong = event.length === 0 ? undefined : event.slice(0, -1).concat(event.at(-1)! + 1)
        if (!wrong) {
          expect(() => directions.forward(tf.tensor1d([1], 'int32'), EVAL)).toThrow(EbbflowError)
          return
        }
        try {
          bijector.outputShape(wrong)
        } catch {
          expect(() => directions.forward(tf.zeros([2, ...wrong]), callFor([2]))).toThrow(EbbflowError)
        }
        expect(() => directions.forward(tf.zeros(event.slice(1)), EVAL)).toThrow(EbbflowError)
      }))

    it('maps event shapes there and back', () => {
      expect(bijector.inputShape(bijector.outputShape(event))).toEqual([...event])
    })

    it('has a clone of its own', () => {
      const copy = bijector.clone()
      tidied(() => {
        const x = input([2])
        const before = [...bijector.forward(x, callFor([2])).dataSync()]
        expect([...copy.forward(x, callFor([2])).dataSync()]).toEqual(before)
        for (const slot of copy.slots().values()) slot.assign(tf.add(slot.value, 0.25))
        expect([...bijector.forward(x, callFor([2])).dataSync()]).toEqual(before)
      })
      copy.dispose()
    })

    it.runIf(options.registry)('is the same after it was saved', () => {
      const saved = JSON.parse(JSON.stringify(describeModule(bijector)))
      const copy = build(saved, options.registry!) as Bijector
      expect([...copy.slots().keys()]).toEqual([...bijector.slots().keys()])
      tidied(() => {
        const slots = copy.slots()
        for (const [path, slot] of bijector.slots()) slots.get(path)!.assign(slot.value)
        const x = input([rows])
        const call = callFor([rows])
        expect([...copy.forward(x, call).dataSync()]).toEqual([...bijector.forward(x, call).dataSync()])
      })
      copy.dispose()
    })
  })
}

/** Draws every trainable parameter at random: at initial, that is often identity, values a test proves little. */
function randomise(bijector: Bijector, spread: number): Bijector {
  bijector.init({ seed: 7 })
  const rng = Rng.seed('contract')
  for (const [path, slot] of bijector.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), tensor(spread)))))
  return bijector
}

/** A scalar that depends on every value and log-determinant with random weights. */
function probe(
  direction: (x: tf.Tensor, call: Call) => Mapped,
  from: ArrayLike<number>,
  shape: Shape,
  call: Call,
): tf.Tensor {
  const { value, logDet } = direction(tensor(Float64Array.from(from), shape), call)
  const weigh = (x: tf.Tensor, seed: string): tf.Tensor => tf.sum(tf.mul(x, drawTensor(REALS, seed, x.shape)))
  return tf.add(weigh(value, 'weights'), weigh(logDet, 'log-det weights'))
}

function tidied(body: () => void): void {
  tf.tidy(() => {
    body()
  })
}
