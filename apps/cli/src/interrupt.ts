/** Ctrl-C while something is worth saving: the first asks the work to stop, the second ends the program. */
export class Interrupt {
  readonly #controller = new AbortController()
  readonly #note: () => void
  readonly #handle = (): void => {
    if (this.#controller.signal.aborted) process.exit(130)
    this.#controller.abort()
    this.#note()
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
