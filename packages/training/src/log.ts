import type { HistoryEntry, Progress } from './options.js'

interface Limits {
  readonly steps: number
  readonly maxSeconds: number
  readonly startStep: number
}

/** What a report tells of how steps run. */
export type Running = Pick<Progress, 'engine' | 'threads'>

/** Keeps a fit's time and history, and makes its reports. */
export class Log {
  readonly history: HistoryEntry[] = []
  /** Seconds to be kept for the last validation. */
  reserve = 0
  bestStep: number
  running: Running = { engine: 'eager' }
  readonly #limits: Limits
  readonly #report: (progress: Progress) => void
  readonly #began = performance.now()
  #step: number
  #sum = 0
  #count = 0
  #trainNll = Number.NaN
  #validationNll: number | undefined
  #learningRate = 0
  #gradientNorm = Number.NaN
  #reported = 0

  constructor(limits: Limits, report: (progress: Progress) => void) {
    this.#limits = limits
    this.#report = report
    this.#step = limits.startStep
    this.bestStep = limits.startStep
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1000
  }

  /** How far the fit has come, from 0 to 1. */
  get fraction(): number {
    const { steps, maxSeconds } = this.#limits
    const byTime =
      maxSeconds === Number.POSITIVE_INFINITY ? 0 : this.seconds / Math.max(1e-9, maxSeconds - this.reserve)
    return Math.min(1, Math.max(steps === 0 ? 1 : this.#step / steps, byTime))
  }

  get outOfTime(): boolean {
    return this.seconds >= this.#limits.maxSeconds - this.reserve
  }

  /** Whether steps have been made since the last entry of the history. */
  get open(): boolean {
    return this.#count > 0
  }

  /** Mean training NLL of the open stretch, or of the one before. */
  get trainNll(): number {
    return this.#count > 0 ? this.#sum / this.#count : this.#trainNll
  }

  /** Notes a step. */
  add(step: number, nll: number, gradientNorm: number, learningRate: number): void {
    this.#step = step
    this.#sum += nll
    this.#count += 1
    this.#gradientNorm = gradientNorm
    this.#learningRate = learningRate
  }

  /** Ends a stretch of steps with an entry in the history. */
  close(validationNll: number | undefined): void {
    this.#trainNll = this.trainNll
    this.#sum = 0
    this.#count = 0
    this.#validationNll = validationNll
    this.history.push({
      step: this.#step,
      seconds: this.seconds,
      learningRate: this.#learningRate,
      trainNll: this.#trainNll,
      ...(validationNll !== undefined && { validationNll }),
    })
  }

  /** Tells how far the fit has come, unless it has done so within the last 50 ms. */
  tick(): void {
    if (this.seconds - this.#reported >= 0.05) this.report()
  }

  /** Tells how far the fit has come. */
  report(): void {
    const { seconds, fraction } = this
    this.#reported = seconds
    const { steps, startStep } = this.#limits
    const begun = steps > 0 && Number.isFinite(steps) ? startStep / steps : 0
    const share = fraction - begun
    this.#report({
      step: this.#step,
      steps,
      fraction,
      seconds,
      rate: seconds > 0 ? (this.#step - startStep) / seconds : 0,
      eta: share > 0 ? (seconds * (1 - fraction)) / share : Number.POSITIVE_INFINITY,
      trainNll: this.trainNll,
      ...(this.#validationNll !== undefined && { validationNll: this.#validationNll }),
      bestStep: this.bestStep,
      learningRate: this.#learningRate,
      gradientNorm: this.#gradientNorm,
      ...this.running,
    })
  }
}
