/** Words of shared memory by which threads tell each other how far they are. */
const Word = {
  /** Grows by one with each command. */
  command: 0,
  /** What the command is: the number of a job, or `LEAVE`. */
  job: 1,
  /** A number for the job. */
  argument: 2,
  /** How many threads have come to the barrier, and how often all have. */
  arrived: 3,
  generation: 4,
  /** How many have taken in what they were sent. */
  taken: 5,
  /** Grows as work gets done, so that slow work is not taken for a dead thread. */
  pulse: 6,
  /** Not 0 once a thread has failed. */
  failed: 7,
  /** Bytes of what the failed thread had to say. */
  length: 8,
} as const

/** The command by which threads stop waiting for commands, and look at their messages. */
export const LEAVE = -1

const WORDS = 16
const TEXT = 512
/** Looks at a word before the thread goes to sleep: a thread that is awake answers within a microsecond. */
const SPINS = 5000
/** A sleeping thread looks around this often. */
const NAP = 50

/** Thrown in a thread where another has failed, or does not answer. */
export class ThreadFailure extends Error {}

/** What threads share to work together: commands, a barrier, and a word of failure. Each thread has one of these on the same buffer. */
export class Control {
  readonly buffer: ArrayBufferLike
  readonly #words: Int32Array
  readonly #text: Uint8Array
  /** Threads in all. */
  readonly size: number
  /** Milliseconds without any thread's doing anything after which one is taken for dead. */
  readonly patience: number

  constructor(size: number, patience: number, buffer?: ArrayBufferLike) {
    const bytes = 4 * WORDS + TEXT
    // one thread alone shares nothing, and may be where nothing can be shared
    this.buffer = buffer ?? (size > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
    this.#words = new Int32Array(this.buffer, 0, WORDS)
    this.#text = new Uint8Array(this.buffer, 4 * WORDS, TEXT)
    this.size = size
    this.patience = patience
  }

  get command(): number {
    return Atomics.load(this.#words, Word.command)
  }

  get job(): number {
    return Atomics.load(this.#words, Word.job)
  }

  get argument(): number {
    return Atomics.load(this.#words, Word.argument)
  }

  /** Gives all others a command. */
  order(job: number, argument = 0): void {
    Atomics.store(this.#words, Word.argument, argument)
    Atomics.store(this.#words, Word.job, job)
    Atomics.add(this.#words, Word.command, 1)
    Atomics.notify(this.#words, Word.command)
  }

  /** Waits for a command after number `seen`, however long that takes. */
  await(seen: number): void {
    this.#sleep(Word.command, seen, Number.POSITIVE_INFINITY)
  }

  /** Waits until all threads have come here. */
  barrier(): void {
    const generation = Atomics.load(this.#words, Word.generation)
    this.pulse()
    if (Atomics.add(this.#words, Word.arrived, 1) + 1 < this.size) {
      this.#sleep(Word.generation, generation, this.patience)
      return
    }
    Atomics.store(this.#words, Word.arrived, 0)
    Atomics.add(this.#words, Word.generation, 1)
    Atomics.notify(this.#words, Word.generation)
  }

  pulse(): void {
    Atomics.add(this.#words, Word.pulse, 1)
  }

  /** Says that this thread has taken in what it was sent. */
  take(): void {
    Atomics.add(this.#words, Word.taken, 1)
    Atomics.notify(this.#words, Word.taken)
  }

  /** Waits until all other threads have taken in what they were sent. */
  awaitTaken(): void {
    for (;;) {
      const taken = Atomics.load(this.#words, Word.taken)
      if (taken === this.size - 1) break
      this.#sleep(Word.taken, taken, this.patience)
    }
    Atomics.store(this.#words, Word.taken, 0)
  }

  /** What the thread that failed had to say; undefined while none has. */
  get failure(): string | undefined {
    if (Atomics.load(this.#words, Word.failed) === 0) return undefined
    // decoders take no shared memory
    return new TextDecoder().decode(this.#text.slice(0, Atomics.load(this.#words, Word.length)))
  }

  /** Wakes all threads to the news that one has failed; the first to say so is heard. */
  fail(message: string): void {
    const text = new TextEncoder().encode(message).subarray(0, TEXT)
    if (Atomics.compareExchange(this.#words, Word.failed, 0, 1) === 0) {
      this.#text.set(text)
      Atomics.store(this.#words, Word.length, text.length)
    }
    for (const word of [Word.command, Word.generation, Word.taken]) Atomics.notify(this.#words, word)
  }

  #sleep(word: number, old: number, patience: number): void {
    const words = this.#words
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, word) !== old) return
    let pulse = Atomics.load(words, Word.pulse)
    let since = performance.now()
    while (Atomics.load(words, word) === old) {
      if (Atomics.load(words, Word.failed) !== 0) throw new ThreadFailure(this.failure)
      if (
        Atomics.wait(words, word, old, Number.isFinite(patience) ? Math.min(NAP, patience) : undefined) !== 'timed-out'
      )
        continue
      const now = Atomics.load(words, Word.pulse)
      if (now !== pulse) since = performance.now()
      pulse = now
      if (performance.now() - since > patience) throw new ThreadFailure('a thread does not answer')
    }
  }
}
