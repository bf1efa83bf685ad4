import type { Flow } from '@ebbflow/flows'
import { Adam, fit, type OptimiserState } from '@ebbflow/training'
import type { Prepared } from './data.js'
import type { Programs } from './programs.js'
import type { Message, Progress, Training } from './protocol.js'

/** Least milliseconds between two reports, and between two looks at the rows held out. */
const REPORT = 100
const LOOK = 600
/** One processor is left to the page, which draws meanwhile. */
const threads = (): number => Math.min(4, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 1) - 1))

/** Trains one flow on one set of rows, with pauses. */
export class Trainer {
  readonly #adam = new Adam()
  /** Steps that another optimiser made. */
  readonly #before: number
  #held: number | undefined
  #abort: AbortController | undefined
  #running: Promise<void> = Promise.resolve()
  #last: Progress

  constructor(
    readonly flow: Flow,
    readonly programs: Programs,
    readonly data: Prepared,
    readonly seed: number,
    readonly say: (message: Message) => void,
    from: { step: number; optimiser: OptimiserState | undefined } = { step: 0, optimiser: undefined },
  ) {
    this.#before = from.step - (from.optimiser?.step ?? 0)
    if (from.optimiser) this.#adam.load(from.optimiser)
    this.#last = { step: this.step, trainNll: Number.NaN, heldNll: undefined, rate: 0, eta: 0 }
  }

  /** Steps made, as the parameters show them; reports of progress come later. */
  get step(): number {
    return this.#before + this.#adam.step
  }

  /** What Adam has gathered so far, also while training. */
  get optimiser(): OptimiserState {
    return this.#adam.state()
  }

  get running(): boolean {
    return this.#abort !== undefined
  }

  /** Trains until `steps` steps have been made or a pause; running training goes on with the new settings. */
  async start(training: Training): Promise<void> {
    await this.pause()
    const abort = new AbortController()
    this.#abort = abort
    this.#running = this.#run(training, abort)
  }

  async pause(): Promise<void> {
    this.#abort?.abort()
    await this.#running
  }

  /** One step. */
  async once(training: Training): Promise<Progress> {
    await this.pause()
    await this.#fit({ ...training, steps: this.step + 1 }, undefined, 'eager')
    return this.#last
  }

  async #run(training: Training, abort: AbortController): Promise<void> {
    try {
      const why = await this.#fit(training, abort.signal, 'auto')
      this.say({ kind: 'stopped', progress: this.#look(), why: why === 'aborted' ? 'paused' : 'steps' })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.say({ kind: 'stopped', progress: this.#last, why: 'failed', message })
    } finally {
      if (this.#abort === abort) this.#abort = undefined
    }
  }

  async #fit({ steps, learningRate, batchSize }: Training, signal: AbortSignal | undefined, engine: 'auto' | 'eager') {
    let [reported, looked] = [0, 0]
    const result = await fit(this.flow, this.data.train, {
      ...{ steps, learningRate, batchSize, engine, seed: this.seed, startStep: this.step, clipNorm: 5 },
      // one stretch a report keeps the mean fresh
      validateEvery: 50,
      threads: threads(),
      optimiser: this.#adam,
      ...(signal && { signal }),
      onProgress: ({ step, trainNll, rate, eta }) => {
        this.#last = {
          ...{ step, rate, eta, heldNll: this.#held },
          trainNll: trainNll - this.data.logDet.train,
        }
        const now = performance.now()
        if (now - reported < REPORT) return
        reported = now
        if (now - looked >= LOOK) {
          this.#look()
          // the look itself takes time: it is a fifth of it at most
          looked = performance.now() + 4 * (performance.now() - now)
        }
        this.say({ kind: 'progress', progress: this.#last })
      },
    })
    if (engine === 'eager') this.#look()
    return result.stopped
  }

  /** The progress with the likelihood of the rows held out as it is now. */
  #look(): Progress {
    const logProb = this.programs.logProb(this.data.held)
    let sum = 0
    for (const value of logProb) sum += value
    this.#held = -sum / logProb.length - this.data.logDet.held
    this.#last = { ...this.#last, step: this.step, heldNll: this.#held }
    return this.#last
  }
}
