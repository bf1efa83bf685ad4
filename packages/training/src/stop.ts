/** Whether any of some signals has asked for the work to stop. */
export class Stop {
  readonly #signals: AbortSignal[]
  readonly #listening = new AbortController()
  #asked: () => void = () => {}

  constructor(signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((signal) => signal !== undefined)
    for (const signal of this.#signals)
      signal.addEventListener('abort', () => this.#asked(), { signal: this.#listening.signal })
  }

  get requested(): boolean {
    return this.#signals.some((signal) => signal.aborted)
  }

  /**
   * What the promise comes to, or undefined as soon as a stop is asked for: a stream may never answer. One at a time. Racing against
   * one lasting promise would leave a reaction on it at each call.
   */
  race<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#asked = () => resolve(undefined)
      promise.then(resolve, reject)
      if (this.requested) resolve(undefined)
    })
  }

  /** Lets go of the signals. */
  free(): void {
    this.#listening.abort()
  }
}
