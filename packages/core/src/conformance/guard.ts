import type * as tf from '@tensorflow/tfjs-core'

/** What the guard needs of tfjs's WASM backend. */
interface Heap {
  wasm: {
    _malloc(bytes: number): number
    _free(address: number): void
    readonly HEAPU8: Uint8Array
  }
}

const PAD = 64
const MARK = 0xa5

/**
 * Surrounds every tensor that the WASM backend makes from now on with marked bytes, so that a kernel which writes before or past its
 * result is found out. `check` returns how many tensors had their surroundings written to since the last check.
 */
export function guardHeap(backend: tf.KernelBackend): { check(): number; stop(): void } {
  const { wasm } = backend as unknown as Heap
  // the module puts its own functions in place of stubs on their first call
  wasm._free(wasm._malloc(8))
  const { _malloc: allocate, _free: release } = wasm
  const live = new Map<number, number>()
  let damaged = 0
  const intact = (at: number, bytes: number): boolean => {
    const heap = wasm.HEAPU8
    for (let k = 1; k <= PAD; k++) if (heap[at - k] !== MARK || heap[at + bytes + k - 1] !== MARK) return false
    return true
  }
  const repair = (at: number, bytes: number): void => {
    wasm.HEAPU8.fill(MARK, at - PAD, at)
    wasm.HEAPU8.fill(MARK, at + bytes, at + bytes + PAD)
  }
  wasm._malloc = (bytes) => {
    const at = (allocate(bytes + 2 * PAD) >>> 0) + PAD
    repair(at, bytes)
    live.set(at, bytes)
    return at
  }
  wasm._free = (address) => {
    const at = address >>> 0
    const bytes = live.get(at)
    if (bytes === undefined) return release(address)
    if (!intact(at, bytes)) damaged++
    live.delete(at)
    release(at - PAD)
  }
  return {
    check() {
      for (const [at, bytes] of live) {
        if (intact(at, bytes)) continue
        damaged++
        repair(at, bytes)
      }
      const found = damaged
      damaged = 0
      return found
    },
    // tensors made under guard are still freed by it
    stop() {
      wasm._malloc = allocate
    },
  }
}
