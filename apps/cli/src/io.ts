/** Where a command's words go. */
export interface IO {
  /** Results: standard output. */
  readonly out: (text: string) => void
  /** Notes and progress: standard error. */
  readonly err: NodeJS.WriteStream
}

/** The process's own streams; a reader that leaves early, as `head` does, ends the program without a complaint. */
export function processIO(): IO {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return { out: (text) => void process.stdout.write(text), err: process.stderr }
}

/** Lets signals and timers in between two pieces of synchronous work. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
