type Listener = (...args: unknown[]) => void

/** What we use of Node's process. */
interface Process {
  listeners(event: string): Listener[]
  removeListener(event: string, listener: Listener): unknown
}

const EVENTS = ['uncaughtException', 'unhandledRejection']

/**
 * Runs `body` and takes away the listeners for uncaught errors that it adds to the process. tfjs's WASM module adds two, which throw
 * the error again, so that Node prints the module's minified source, 70 kB in a line, and exits with code 7.
 */
export async function withoutErrorListeners<T>(body: () => Promise<T>): Promise<T> {
  const { process } = globalThis as unknown as { process?: Partial<Process> }
  if (!process?.listeners || !process.removeListener) return body()
  const { listeners, removeListener } = process as Process
  const before = EVENTS.map((event) => new Set(listeners.call(process, event)))
  try {
    return await body()
  } finally {
    EVENTS.forEach((event, n) => {
      for (const listener of listeners.call(process, event))
        if (!before[n]!.has(listener)) removeListener.call(process, event, listener)
    })
  }
}
