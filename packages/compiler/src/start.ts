import { EbbflowError } from '@ebbflow/core'
import type { WasmModule } from './emit/module.js'
import { hostCalls } from './host.js'
import { type Memory, memoryOf, pagesFor } from './memory.js'
import type { Operation } from './passes/fuse.js'
import type { Exports } from './threads/work.js'

/** A program may not take more memory than WebAssembly can address. */
export const MOST_BYTES = 2 ** 32 - 2 ** 16

/** What runs on the host of a driver, in the order of its calls, and the values that it works on. */
export interface Hosted {
  readonly operations: readonly Operation[]
  readonly memory: Memory
}

/** A module at work, and itself, for threads to start it too. */
export interface Started {
  readonly exports: Exports
  readonly module: WebAssembly.Module
  readonly codeBytes: number
}

/**
 * Memory for a program.
 *
 * @throws EbbflowError `unsupported` for more than 4 GiB, with what would fit, or where the platform has no more.
 */
export function openMemory(
  bytes: number,
  { shared = false, fits }: { shared?: boolean; fits?: () => number | undefined } = {},
): WebAssembly.Memory {
  if (bytes > MOST_BYTES) {
    const rows = fits?.()
    const advice = rows === undefined ? 'take fewer rows at once' : `a batch of ${rows} rows would fit`
    throw new EbbflowError('unsupported', `a program may not take more than 4 GiB; ${advice}`, {
      received: `${(bytes / 2 ** 30).toFixed(1)} GiB`,
    })
  }
  return allowed(() => memoryOf(bytes, shared))
}

/** Assembles a module and starts it on its memory. */
export function instantiate(
  module: WasmModule,
  memory: WebAssembly.Memory,
  hosted: readonly Hosted[],
  sharedBytes?: number,
): Started {
  const bytes = module.assemble(sharedBytes === undefined ? undefined : pagesFor(sharedBytes))
  const calls = hosted.flatMap(({ operations, memory: own }) => hostCalls(operations, own))
  const host = (index: number): void => calls[index]!()
  return allowed(() => {
    const compiled = new WebAssembly.Module(bytes)
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory, host } })
    return { exports: exports as Exports, module: compiled, codeBytes: bytes.length }
  })
}

/** Platforms may refuse either. */
function allowed<T>(open: () => T): T {
  try {
    return open()
  } catch (cause) {
    throw new EbbflowError('unsupported', 'the platform does not let a program be compiled', {
      expected: 'memory enough, and wasm-unsafe-eval in a Content-Security-Policy',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** Runs an exported driver. */
export function execute(run: () => unknown): void {
  try {
    run()
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause
    throw new EbbflowError('unsupported', 'a compiled program was stopped: an index lies out of its range', { cause })
  }
}
