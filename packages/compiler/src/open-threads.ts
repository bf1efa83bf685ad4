import { check, EbbflowError } from '@ebbflow/core'
import { Control } from './threads/control.js'
import { type Hand, ThreadPool } from './threads/pool.js'
import type { Start } from './worker.js'

/** More threads than these gain little on the small programs of a flow. */
const MOST = 4
/** Milliseconds in which a thread must have started. */
const START = 20_000

export interface ThreadOptions {
  /** Threads in all, with the one that calls; `auto` for as many as there are processors, at most 4. Default `auto`. */
  readonly count?: number | 'auto'
  /** Milliseconds without any thread's doing anything after which one is taken for dead. Default 60,000. */
  readonly patience?: number
}

interface Global {
  readonly process?: { readonly versions?: { readonly node?: string } }
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly SharedArrayBuffer?: unknown
}

/** Whether memory can be shared, and this thread may wait for others: not on a page that is not isolated, and not on its main thread. */
export function canShare(): boolean {
  if ((globalThis as Global).SharedArrayBuffer === undefined) return false
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Opens threads for programs to share the rows of a batch: workers of Node, or module workers on a page that is cross-origin isolated. On a
 * page this thread must be a worker itself; where threads cannot be had, the pool is this thread alone. They do not keep Node from ending.
 *
 * @throws EbbflowError `thread` (as rejection) where a thread does not start.
 * @example
 * ```ts
 * import { compileWith, openThreads } from '@ebbflow/compiler'
 * const threads = await openThreads()
 * const logProb = compileWith({ threads }, (x: tf.Tensor) => flow.logProb(x), x)
 * const density = logProb(x)
 * threads.close()
 * ```
 */
export async function openThreads({ count = 'auto', patience = 60_000 }: ThreadOptions = {}): Promise<ThreadPool> {
  check(count === 'auto' || (Number.isInteger(count) && count > 0), 'threads are counted from 1', {
    received: `${count}`,
  })
  const wanted = count === 'auto' ? Math.min(MOST, await processors()) : count
  const size = canShare() ? wanted : 1
  const control = new Control(size, patience)
  const hands: Hand[] = []
  const pool = new ThreadPool(control, hands)
  if (size === 1) return pool
  try {
    const spawn = inNode() ? await spawnerInNode() : spawnOnPage
    const starting = Array.from({ length: size - 1 }, (_, i) =>
      started(spawn(), { index: i + 1, size, buffer: control.buffer }, (reason) => pool.lost(reason)),
    )
    hands.push(...(await Promise.all(starting)))
  } catch (cause) {
    pool.close()
    throw new EbbflowError('thread', 'a thread does not start', {
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
  return pool
}

const inNode = (): boolean => (globalThis as Global).process?.versions?.node !== undefined

async function processors(): Promise<number> {
  if (!inNode()) return (globalThis as Global).navigator?.hardwareConcurrency ?? 1
  const { availableParallelism } = await nodeModule<{ availableParallelism(): number }>('node:os')
  return availableParallelism()
}

/** A module of Node's that no bundler for browsers is to look for. */
const nodeModule = async <T>(name: string): Promise<T> => (await import(/* @vite-ignore */ name)) as T

/** What there is of Node's workers here, which have no types in browsers. */
type NodeWorkers = new (
  url: URL,
  options: { readonly execArgv: readonly string[] },
) => {
  postMessage(message: unknown): void
  terminate(): unknown
  unref(): void
  on(event: 'message', listener: (message: unknown) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'exit', listener: (code: number) => void): void
}

/** A thread that has just been made, and what it has to say. */
interface Fresh extends Hand {
  onMessage(listener: (message: unknown) => void): void
  onEnd(listener: (reason: string) => void): void
}

async function spawnerInNode(): Promise<() => Fresh> {
  const { Worker } = await nodeModule<{ Worker: NodeWorkers }>('node:worker_threads')
  // not in packages, which have no TypeScript to run
  const source = import.meta.url.endsWith('.ts')
  const url = new URL(source ? './source-worker.mjs' : './worker.js', import.meta.url)
  return () => {
    // flags such as --input-type are for the main thread alone
    const worker = new Worker(url, { execArgv: [] })
    return {
      postMessage: (message) => worker.postMessage(message),
      terminate: () => void worker.terminate(),
      onMessage: (listener) => {
        worker.on('message', listener)
        worker.unref()
      },
      onEnd: (listener) => {
        worker.on('error', (error) => listener(error.message))
        worker.on('exit', (code) => listener(`it has ended with code ${code}`))
      },
    }
  }
}

function spawnOnPage(): Fresh {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onEnd: (listener) => worker.addEventListener('error', ({ message }) => listener(message || 'it cannot be loaded')),
  }
}

/** Waits until a thread is there, and tells it who it is. */
function started(thread: Fresh, start: Start, lost: (reason: string) => void): Promise<Hand> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it takes too long')), START)
    thread.onEnd((reason) => {
      clearTimeout(timer)
      reject(new Error(reason))
      lost(reason)
    })
    thread.onMessage((message) => {
      if (message === 'here') thread.postMessage(start)
      if (message !== 'ready') return
      clearTimeout(timer)
      resolve(thread)
    })
  })
}
