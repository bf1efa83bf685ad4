/** Whether any of some signals has asked for the work to stop. */
export class Stop {
  readonly #signals: AbortSignal[]
  readonly #listening = new AbortController()
  readonly #asked: Promise<undefined>

  constructor(signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((signal) => signal !== undefined)
    this.#asked = new Promise((resolve) => {
      if (this.requested) resolve(undefined)
      for (const signal of this.#signals)
        signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: this.#listening.signal })
    })
  }

  get requested(): boolean {
    return this.#signals.some((signal) => signal.aborted)
  }

  /** What the promise comes to, or undefined as soon as a stop is asked for: a stream may never answer. */
  race<T>(promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([promise, this.#asked])
  }

  /** Lets go of the signals. */
  free(): void {
    this.#listening.abort()
  }
}
