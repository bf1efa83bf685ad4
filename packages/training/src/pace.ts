/** Hands control back to the event loop for a turn, so that timers, input, signals and drawing get theirs. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void }
    if (setImmediate) setImmediate(resolve)
    else {
      // a timer would be held to 4 ms, and to a second in a page that is not in view
      const channel = new MessageChannel()
      channel.port1.onmessage = () => {
        channel.port1.close()
        resolve()
      }
      channel.port2.postMessage(null)
    }
  })
}

/** Milliseconds after which control is due back: with steps of up to 40 ms, 50 ms are kept. */
const BUDGET = 10

/** Keeps a long computation from holding the event loop. */
export class Pace {
  #last = performance.now()

  /** Whether it is time to give way. */
  get due(): boolean {
    return performance.now() - this.#last >= BUDGET
  }

  /** Gives way. */
  async turn(): Promise<void> {
    await turn()
    this.#last = performance.now()
  }
}
