import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Greeting, Order, Timing } from '../protocol.js'
import type { Kind } from '../works.js'

/** How a contender is started. */
export interface Command {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What it need not be asked for otherwise. */
  readonly kinds: readonly Kind[]
}

type Answer = (Greeting | Timing) & { readonly error?: string }

/** An answer that takes longer will not come. */
const PATIENCE = 600_000

/** A process that does works on order. One that dies is started again for the next order. */
export class Contender {
  readonly name: string
  greeting: Greeting | undefined
  readonly #command: Command
  #child: ChildProcessWithoutNullStreams | undefined
  #answer: ((answer: Answer) => void) | undefined

  constructor(command: Command) {
    this.name = command.name
    this.#command = command
  }

  does(kind: Kind): boolean {
    return this.#command.kinds.includes(kind)
  }

  /** Starts it and waits for its greeting. */
  async start(): Promise<Greeting> {
    const { program, args, cwd, env } = this.#command
    const child = spawn(program, args, { cwd, stdio: 'pipe', env: { ...process.env, ...env } })
    this.#child = child
    let said = ''
    child.stderr.on('data', (data: Buffer) => {
      said = `${said}${data}`.slice(-5000)
    })
    child.on('error', (error) => {
      said += error.message
    })
    // what it is told after its end is lost, and its end is the answer
    child.stdin.on('error', () => {})
    child.on('close', (code, signal) => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#answer?.({ error: lastLine(said) ?? `it ended with ${signal ?? `code ${code}`}` })
    })
    // libraries may print something of their own
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child && line.startsWith('{')) this.#answer?.(JSON.parse(line) as Answer)
    })
    const greeting = await this.#next()
    if (greeting.error !== undefined) this.greeting = { absent: greeting.error }
    else this.greeting = greeting as Greeting
    return this.greeting
  }

  /** Lets it do a work. */
  async ask(order: Order): Promise<Timing> {
    if (!this.#child) {
      const greeting = await this.start()
      if ('absent' in greeting) return { error: greeting.absent }
    }
    this.#child?.stdin.write(`${JSON.stringify(order)}\n`)
    return (await this.#next()) as Timing
  }

  close(): void {
    const child = this.#child
    this.#child = undefined
    child?.kill()
  }

  #next(): Promise<Answer> {
    return new Promise((resolve) => {
      const patience = setTimeout(() => {
        this.close()
        this.#answer?.({ error: `no answer within ${PATIENCE / 1000} s` })
      }, PATIENCE)
      this.#answer = (answer) => {
        clearTimeout(patience)
        this.#answer = undefined
        resolve(answer)
      }
    })
  }
}

/** The last line with something to read: where a stack trace follows, the error's message. */
function lastLine(said: string): string | undefined {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line))
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1))?.trim().slice(0, 300)
}
