/** npm and others pass a Ctrl-C on that the terminal has sent already: two signals so close are one. */
const SAME_MS = 300

/** Ctrl-C while something is worth saving: the first asks the work to stop, the second ends the program. */
export class Interrupt {
  readonly #controller = new AbortController()
  readonly #note: () => void
  #first = 0
  readonly #handle = (): void => {
    const now = performance.now()
    if (!this.signal.aborted) {
      this.#first = now
      this.#controller.abort()
      this.#note()
    } else if (now - this.#first > SAME_MS) process.exit(130)
  }

  /** @param note called at the first Ctrl-C. */
  constructor(note: () => void) {
    this.#note = note
    process.on('SIGINT', this.#handle)
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Leaves Ctrl-C to the system again. */
  release(): void {
    process.off('SIGINT', this.#handle)
  }
}
