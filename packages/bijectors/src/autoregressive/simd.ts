/** Σⱼ wⱼ hⱼ over 32 rows side by side, at byte addresses of a memory of its own. */
export interface Accumulator {
  readonly memory: WebAssembly.Memory
  accumulate(weights: number, inputs: number, count: number, out: number): void
}

const PAGE = 65536
const VECTORS = 8
const [I32, V128] = [0x7f, 0x7b]
const [WEIGHTS, INPUTS, COUNT, OUT, END, WEIGHT, FIRST] = [0, 1, 2, 3, 4, 5, 6] as const
const [I32_ADD, I32_SHL, I32_GE_U] = [0x6a, 0x74, 0x4f]

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const load = (from: number, vector: number): number[] => [...get(from), 0xfd, 0, 2, ...size(16 * vector)]
const advance = (local: number, bytes: readonly number[]): number[] => [
  ...[...get(local), 0x41, ...bytes, I32_ADD, ...set(local)],
]
const all = (make: (vector: number) => number[]): number[] => Array.from({ length: VECTORS }, (_, i) => make(i)).flat()

function size(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...size(n >>> 7)]
}
const sized = (bytes: readonly number[]): number[] => [...size(bytes.length), ...bytes]
const list = (items: readonly number[][]): number[] => [...size(items.length), ...items.flat()]
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)]
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)])

/** Eight registers of four floats hold the sums; each weight is spread over a register and multiplies eight registers of inputs. */
function body(): number[] {
  return [
    ...all((i) => [...load(OUT, i), ...set(FIRST + i)]),
    ...[...get(WEIGHTS), ...get(COUNT), 0x41, 2, I32_SHL, I32_ADD, ...set(END)],
    ...[0x02, 0x40, 0x03, 0x40], // block, loop
    ...[...get(WEIGHTS), ...get(END), I32_GE_U, 0x0d, 1],
    ...[...get(WEIGHTS), 0xfd, 9, 2, 0, ...set(WEIGHT)], // v128.load32_splat
    ...all((i) => [
      ...[...get(FIRST + i), ...load(INPUTS, i), ...get(WEIGHT)],
      ...[0xfd, 0xe6, 1, 0xfd, 0xe4, 1, ...set(FIRST + i)], // f32x4.mul, f32x4.add
    ]),
    ...advance(WEIGHTS, [4]),
    ...advance(INPUTS, [0x80, 1]), // 128 bytes
    ...[0x0c, 0, 0x0b, 0x0b],
    ...all((i) => [...get(OUT), ...get(FIRST + i), 0xfd, 11, 2, ...size(16 * i)]),
    0x0b,
  ]
}

function assemble(): Uint8Array<ArrayBuffer> {
  const locals = list([
    [1, I32],
    [1 + VECTORS, V128],
  ])
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list([[I32], [I32], [I32], [I32]]), 0]])),
    ...section(2, list([[...text('own'), ...text('memory'), 2, 0, 0]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text('accumulate'), 0, 0]])),
    ...section(10, list([sized([...locals, ...body()])])),
  ])
}

let compiled: WebAssembly.Module | false | undefined

/** The loop in WASM SIMD over a new memory of at least so many bytes; undefined where there is no SIMD. */
export function accumulator(bytes: number): Accumulator | undefined {
  if (compiled === undefined) {
    const code = assemble()
    compiled = WebAssembly.validate(code) ? new WebAssembly.Module(code) : false
  }
  if (!compiled) return undefined
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) })
  const { accumulate } = new WebAssembly.Instance(compiled, { own: { memory } }).exports
  return { memory, accumulate: accumulate as Accumulator['accumulate'] }
}
