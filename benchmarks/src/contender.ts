import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Timing } from './works.js'

/** A process that does works on order. */
export class Contender {
  readonly name: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #answers: AsyncIterator<string>
  readonly #lines: Interface
  #said = ''

  constructor(name: string, command: string, args: readonly string[], cwd: string) {
    this.name = name
    this.#child = spawn(command, args, { cwd, stdio: 'pipe' })
    this.#child.stderr.on('data', (data: Buffer) => {
      this.#said = `${this.#said}${data}`.slice(-2000)
    })
    // a contender that is gone answers no more; who asks sees it
    this.#child.on('error', (error) => {
      this.#said += String(error)
    })
    this.#child.stdin.on('error', () => {})
    this.#lines = createInterface({ input: this.#child.stdout })
    this.#answers = this.#lines[Symbol.asyncIterator]()
  }

  /** Does a work for some seconds. */
  async time(work: string, seconds: number): Promise<Timing> {
    this.#child.stdin.write(`${JSON.stringify({ work, seconds })}\n`)
    for (;;) {
      const { value, done } = await this.#answers.next()
      if (done) return { error: this.#said.trim().split('\n').at(-1) ?? 'it ended' }
      // libraries may say something of their own
      if (value.startsWith('{')) return JSON.parse(value) as Timing
    }
  }

  close(): void {
    this.#lines.close()
    this.#child.kill()
  }
}
