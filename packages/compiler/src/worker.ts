import { Control, LEAVE } from './threads/control.js'
import { type Message, workOf } from './threads/jobs.js'
import type { Exports, Work } from './threads/work.js'

/** What a thread starts with. */
export interface Start {
  readonly index: number
  readonly size: number
  readonly buffer: ArrayBufferLike
}

/** The thread that sends messages, in Node as in browsers. */
interface Parent {
  postMessage(message: unknown): void
  receive(listener: (message: unknown) => void): void
}

/** What there is of Node's message ports here, which have no types in browsers. */
interface NodePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): void
}

/** A thread of a pool: takes programs in by messages, and runs its part of them at the word of shared memory. */
class Thread {
  readonly #control: Control
  readonly #index: number
  readonly #jobs = new Map<number, Work>()
  #seen = 0

  constructor({ index, size, buffer }: Start) {
    // who gives the commands may take as long as it likes
    this.#control = new Control(size, Number.POSITIVE_INFINITY, buffer)
    this.#index = index
  }

  take(message: Message): void {
    const control = this.#control
    try {
      if (message.kind === 'drop') this.#jobs.delete(message.id)
      else {
        const { module, memory, job } = message
        const host = (): void => {
          throw new Error('a kernel of the engine cannot run in a thread')
        }
        const { exports } = new WebAssembly.Instance(module, { env: { memory, host } })
        this.#jobs.set(message.id, workOf(job, exports as Exports, memory))
      }
      this.#seen = message.command
      control.take()
      this.#serve()
    } catch (error) {
      control.fail(error instanceof Error ? error.message : String(error))
    }
  }

  /** Does as it is told until it is told to leave. */
  #serve(): void {
    const control = this.#control
    for (;;) {
      control.await(this.#seen)
      this.#seen = control.command
      const { job, argument } = control
      if (job === LEAVE) return
      this.#jobs.get(job)!.run(control, this.#index, argument)
    }
  }
}

async function parent(): Promise<Parent> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  if (process?.versions?.node === undefined) {
    const scope = globalThis as unknown as Parent & { onmessage: (event: { data: unknown }) => void }
    return {
      postMessage: (message) => scope.postMessage(message),
      receive: (listener) => {
        scope.onmessage = ({ data }) => listener(data)
      },
    }
  }
  // no bundler for browsers is to look for it
  const name = 'node:worker_threads'
  const { parentPort } = (await import(/* @vite-ignore */ name)) as { parentPort: NodePort }
  return {
    postMessage: (message) => parentPort.postMessage(message),
    receive: (listener) => parentPort.on('message', listener),
  }
}

// without an await here, which bundlers cannot put into every kind of file
void parent().then((port) => {
  let thread: Thread | undefined
  port.receive((message) => {
    if (thread) return thread.take(message as Message)
    thread = new Thread(message as Start)
    port.postMessage('ready')
  })
  port.postMessage('here')
})
