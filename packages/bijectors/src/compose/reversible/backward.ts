import { barrier, type Call, customRule, gradients, type Mapped, type Memo, type Rng, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { other, type Step, through } from './steps.js'

/** What a step's call found besides its result. */
export interface Found {
  /** The generator as it was when the step began. */
  readonly rng: Rng | undefined
  readonly memo: Memo
}

/** What is kept of a stretch. */
export type Parts = Readonly<Record<'x' | 'value' | 'context' | 'slots' | 'found', tf.Tensor[]>>

/** A list of tensors as the parts that it was made of. */
export function unpacked(like: Parts, list: readonly tf.Tensor[]): Parts {
  const part = shares(list)
  return Object.fromEntries(Object.entries(like).map(([name, { length }]) => [name, part(length)])) as Parts
}

interface Gradient {
  readonly x: tf.Tensor
  readonly context: readonly tf.Tensor[]
  /** Of parameters; states have none. */
  readonly slots: readonly (tf.Tensor | null)[]
}

/** The way back through a stretch of steps. */
export class Backward {
  readonly #steps: readonly Step[]
  readonly #found: readonly Found[]
  readonly #call: Call
  readonly #slots: readonly Slot[]
  readonly #saved: Parts

  constructor(steps: readonly Step[], found: readonly Found[], call: Call, slots: readonly Slot[], saved: Parts) {
    this.#steps = steps
    this.#found = found
    this.#call = call
    this.#slots = slots
    this.#saved = saved
  }

  /** By the tape of all steps, so that it can be differentiated in turn. */
  ordinary(dValue: tf.Tensor, dLogDet: tf.Tensor): Gradient {
    const { x, context, slots } = this.#saved
    const wanted = this.#parameters(this.#slots)
    const [first] = this.#found
    const call = this.#with(first!.rng, context)
    const [dx, ...rest] = gradients(
      () =>
        seeded(
          through(this.#steps, x[0]!, () => call),
          dValue,
          dLogDet,
        ),
      [...x, ...context, ...wanted.map((i) => slots[i]!)],
    )
    const of = new Map(wanted.map((slot, i) => [slot, rest[context.length + i]!]))
    return { x: dx!, context: rest.slice(0, context.length), slots: this.#slots.map((_, i) => of.get(i) ?? null) }
  }

  /** Step by step, each from its recomputed input. */
  walk(dValue: tf.Tensor, dLogDet: tf.Tensor): Gradient {
    const context = this.#saved.context.map(barrier)
    const memos = this.#memos()
    const sums = new Sums()
    // what does not stem from these is the same as on the way there, and a compiler would keep it until now
    let value = this.#saved.value.map(barrier)[0]
    let dy = dValue
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const step = this.#steps[i]!
      const own = new Set(step.layer.slots().values())
      const wanted = this.#parameters(this.#slots).filter((slot) => own.has(this.#slots[slot]!))
      const { rng } = this.#found[i]!
      const [input, dx, ...rest] = tf.tidy(() => {
        const input = i === 0 ? barrier(this.#saved.x[0]!) : this.#back(step, value!, rng, context, memos[i]!)
        const call = this.#with(rng, context)
        const xs = [input, ...context, ...wanted.map((slot) => this.#saved.slots[slot]!)]
        return [
          input,
          ...gradients(
            () =>
              seeded(
                through([step], input, () => call),
                dy,
                dLogDet,
              ),
            xs,
          ),
        ]
      })
      tf.dispose(value ?? [])
      if (dy !== dValue) dy.dispose()
      value = input!
      dy = dx!
      for (const [k, gradient] of rest.entries())
        sums.add(k < context.length ? `context ${k}` : `${wanted[k - context.length]}`, gradient)
    }
    tf.dispose([value ?? [], context])
    return {
      x: dy,
      context: context.map((_, i) => sums.of(`context ${i}`)!),
      slots: this.#slots.map((_, i) => sums.of(`${i}`) ?? null),
    }
  }

  /** What a step was given, from its value. */
  #back({ layer, direction }: Step, y: tf.Tensor, rng: Rng | undefined, context: tf.Tensor[], memo: Memo): tf.Tensor {
    // not by the moments of a batch that is now the result
    const call: Call = { ...this.#with(rng, context), mode: 'eval', memo }
    return other(direction) === 'forward' ? layer.forward(y, call) : layer.inverse(y, call)
  }

  #with(rng: Rng | undefined, [context]: readonly tf.Tensor[]): Call {
    return { ...this.#call, ...(rng && { rng: rng.copy() }), ...(context && { context }) }
  }

  #parameters(slots: readonly Slot[]): number[] {
    return slots.flatMap(({ kind }, i) => (kind === 'parameter' ? [i] : []))
  }

  /** What each step remembered, with the tensors that were saved. */
  #memos(): Memo[] {
    const part = shares(this.#saved.found)
    return this.#found.map(({ memo }) => new Map([...memo].map(([layer, { length }]) => [layer, part(length)])))
  }
}

/** Sums of gradients by name. */
class Sums {
  readonly #sums = new Map<string, tf.Tensor>()

  add(name: string, gradient: tf.Tensor): void {
    const sofar = this.#sums.get(name)
    this.#sums.set(name, sofar ? tf.add(sofar, gradient) : gradient)
    if (sofar) tf.dispose([sofar, gradient])
  }

  of(name: string): tf.Tensor | undefined {
    return this.#sums.get(name)
  }
}

/** A number whose gradient is `dValue` with respect to the value and `dLogDet` with respect to the log-determinant. */
const seeded = ({ value, logDet }: Mapped, dValue: tf.Tensor, dLogDet: tf.Tensor): tf.Tensor =>
  customRule(
    () => tf.fill([], 0),
    () => [dValue, dLogDet],
  )([value, logDet])

/** Takes a list apart from its beginning. */
function shares<T>(list: readonly T[]): (length: number) => T[] {
  let at = 0
  return (length) => {
    at += length
    return list.slice(at - length, at)
  }
}
