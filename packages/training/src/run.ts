/** Steps of the work as they were reported, and its end. */
export interface Reporter<P> {
  report(progress: P): void
  readonly signal: AbortSignal
}

/**
 * Work that is under way: a promise of its result, and an async iterable of its progress.
 *
 * A reader that is slower than the work is given the latest report, so that it never holds the work up. Leaving the loop early
 * stops the work, as an abort does.
 */
export class Run<R, P> implements Promise<R>, AsyncIterable<P> {
  readonly [Symbol.toStringTag] = 'Run'
  readonly #result: Promise<R>
  readonly #abort = new AbortController()
  #latest: P | undefined
  #version = 0
  #over = false
  #wake: () => void = () => {}
  #news: Promise<void> = Promise.resolve()

  constructor(work: (reporter: Reporter<P>) => Promise<R>) {
    this.#renew()
    const reporter: Reporter<P> = {
      signal: this.#abort.signal,
      report: (progress) => {
        this.#latest = progress
        this.#version++
        this.#tell()
      },
    }
    // a microtask later: the work must not run inside a tidy of whoever started it
    this.#result = Promise.resolve()
      .then(() => work(reporter))
      .finally(() => {
        this.#over = true
        this.#tell()
      })
  }

  #renew(): void {
    this.#news = new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #tell(): void {
    const wake = this.#wake
    this.#renew()
    wake()
  }

  /** Stops the work; its result is then what it has come to. */
  abort(): void {
    this.#abort.abort()
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  then<A = R, B = never>(
    done?: ((value: R) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(done, failed)
  }

  catch<B = never>(failed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
    return this.#result.catch(failed)
  }

  finally(settled?: (() => void) | null): Promise<R> {
    return this.#result.finally(settled)
  }

  [Symbol.asyncIterator](): AsyncIterator<P, undefined> {
    // failures reach whoever iterates; they must not also count as unheard of
    this.#result.catch(() => {})
    let seen = 0
    return {
      next: async () => {
        while (this.#version === seen) {
          if (this.#over) {
            await this.#result
            return { done: true, value: undefined }
          }
          await this.#news
        }
        seen = this.#version
        return { done: false, value: this.#latest as P }
      },
      return: async () => {
        this.abort()
        await this.#result.catch(() => {})
        return { done: true, value: undefined }
      },
    }
  }
}
