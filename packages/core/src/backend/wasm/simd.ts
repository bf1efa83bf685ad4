import type { BackendWasm } from './heap.js'

/** Loops in SIMD over the backend's heap, of `n` floats at byte addresses; NaN stays NaN. */
export interface Simd {
  /** o = max(x, y). */
  max(x: number, y: number, o: number, n: number): void
  /** o = min(x, y). */
  min(x: number, y: number, o: number, n: number): void
  /** o = min(max(x, low), high). */
  clamp(x: number, o: number, n: number, low: number, high: number): void
}

const I32 = 0x7f
const F32 = 0x7d
const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
/** A small number: one or two bytes of signed LEB128. */
const constant = (n: number): number[] =>
  n >= -64 && n < 64 ? [0x41, n & 0x7f] : [0x41, (n & 0x7f) | 0x80, (n >> 7) & 0x7f]
const [ADD, AND, SHL, GE_U] = [0x6a, 0x71, 0x74, 0x4f]

/** Instructions on four floats, or on one. */
interface Lane {
  readonly max: readonly number[]
  readonly min: readonly number[]
  /** What makes a lane of one float. */
  readonly wide: readonly number[]
  load(offset: number): number[]
  store(offset: number): number[]
}
const FOUR: Lane = {
  max: [0xfd, 0xe9, 1],
  min: [0xfd, 0xe8, 1],
  wide: [0xfd, 0x13],
  load: (offset) => [0xfd, 0, 2, offset],
  store: (offset) => [0xfd, 11, 2, offset],
}
const ONE: Lane = {
  max: [0x97],
  min: [0x96],
  wide: [],
  load: (offset) => [0x2a, 2, offset],
  store: (offset) => [0x38, 2, offset],
}

function size(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...size(n >>> 7)]
}
const sized = (bytes: readonly number[]): number[] => [...size(bytes.length), ...bytes]
const list = (items: readonly number[][]): number[] => [...size(items.length), ...items.flat()]
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)]

/** A function that fills local `out` from local 0, first sixteen floats at a time, then one, moving the `pointers` along. */
function overFloats(
  out: number,
  count: number,
  end: number,
  pointers: readonly number[],
  compute: (lane: Lane, offset: number) => number[],
): number[] {
  const loop = (lane: Lane, offsets: readonly number[], step: number): number[] => [
    ...[0x02, 0x40, 0x03, 0x40], // block, loop
    ...[...get(0), ...get(end), GE_U, 0x0d, 1], // leave at the end
    ...offsets.flatMap((offset) => [...get(out), ...compute(lane, offset), ...lane.store(offset)]),
    ...pointers.flatMap((p) => [...get(p), ...constant(step), ADD, ...set(p)]),
    ...[0x0c, 0, 0x0b, 0x0b], // again
  ]
  const advance = (start: number, mask: number): number[] => [
    ...[...get(start), ...get(count), ...constant(mask), AND, ...constant(2), SHL, ADD, ...set(end)],
  ]
  const body = [...advance(0, -16), ...loop(FOUR, [0, 16, 32, 48], 64), ...advance(end, 15), ...loop(ONE, [0], 4)]
  return sized([...list([[1, I32]]), ...body, 0x0b])
}

const pair = (op: 'max' | 'min'): number[] =>
  overFloats(2, 3, 4, [0, 1, 2], (lane, offset) => [
    ...[...get(0), ...lane.load(offset), ...get(1), ...lane.load(offset), ...lane[op]],
  ])

const clamp = (): number[] =>
  overFloats(1, 2, 5, [0, 1], (lane, offset) => [
    ...[...get(0), ...lane.load(offset), ...get(3), ...lane.wide, ...lane.max],
    ...[...get(4), ...lane.wide, ...lane.min],
  ])

const text = (name: string): number[] => sized([...new TextEncoder().encode(name)])

/** The module, which imports the heap as `tfjs.memory`. */
function assemble(shared: boolean): Uint8Array<ArrayBuffer> {
  const limits = shared ? [3, 0, ...size(65536)] : [0, 0]
  const exported = (name: string, index: number): number[] => [...text(name), 0, index]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      list([
        [0x60, ...list([[I32], [I32], [I32], [I32]]), 0],
        [0x60, ...list([[I32], [I32], [I32], [F32], [F32]]), 0],
      ]),
    ),
    ...section(2, list([[...text('tfjs'), ...text('memory'), 2, ...limits]])),
    ...section(3, list([[0], [0], [1]])),
    ...section(7, list([exported('max', 0), exported('min', 1), exported('clamp', 2)])),
    ...section(10, list([pair('max'), pair('min'), clamp()])),
  ])
}

const instances = new WeakMap<BackendWasm, Simd | false>()

/** The loops for a backend; undefined where SIMD or the backend's memory is out of reach. */
export function simdOf(backend: BackendWasm): Simd | undefined {
  let found = instances.get(backend)
  if (found === undefined) {
    found = instantiate(backend) ?? false
    instances.set(backend, found)
  }
  return found || undefined
}

function instantiate(backend: BackendWasm): Simd | undefined {
  const wasm = backend.wasm as unknown as { asm?: Record<string, unknown>; wasmMemory?: unknown; HEAPU8: Uint8Array }
  const memory = [wasm.wasmMemory, wasm.asm?.memory].find(
    (m): m is WebAssembly.Memory => m instanceof WebAssembly.Memory,
  )
  if (!memory || memory.buffer !== wasm.HEAPU8.buffer) return undefined
  const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
  const bytes = assemble(shared)
  if (!WebAssembly.validate(bytes)) return undefined
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } }).exports as unknown as Simd
}

/** The byte address of a tensor on the heap. */
export const address = (backend: BackendWasm, x: { dataId: object }): number =>
  backend.dataIdMap.get(x.dataId).memoryOffset
