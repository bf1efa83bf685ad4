import { type Program, TILE } from './program.js'

/** Bytes of a tile's line: one double an image. */
const LINE = 8 * TILE
/** Bytes of an entry of the program in memory: a double and two 32-bit numbers. */
const ENTRY = 16
const PAGE = 65536

const I32 = 0x7f
const V128 = 0x7b
const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const constant = (n: number): number[] => [0x41, n]
const load = (offset: number): number[] => [0x28, 2, offset]
const ADD = 0x6a
const GE_U = 0x4f
const LT_U = 0x49
const BLOCK = [0x02, 0x40]
const LOOP = [0x03, 0x40]
const END = 0x0b
const branch = (depth: number): number[] => [0x0c, depth]
const branchIf = (depth: number): number[] => [0x0d, depth]
const loadWide = (offset: number): number[] => [0xfd, 0x00, 4, offset]
const loadBoth = [0xfd, 0x0a, 3, 0]
const storeWide = (offset: number): number[] => [0xfd, 0x0b, 4, offset]
const SUBTRACT = [0xfd, 0xf1, 0x01]
const MULTIPLY = [0xfd, 0xf2, 0x01]

const sized = (bytes: readonly number[]): number[] => {
  const size = bytes.length
  return [...(size < 128 ? [size] : [(size & 127) | 128, size >> 7]), ...bytes]
}
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)]
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)])

/** solve(pixels, end of pixels, program, end of program): the loops of {@link Program} over the lines of a tile, two images an instruction. */
function assemble(): Uint8Array<ArrayBuffer> {
  const [pixel, lastPixel, start, stop, here, at, to, end, from, weight, scale] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ] as const
  const sums = Array.from({ length: LINE / 16 }, (_, i) => ({ local: 11 + i, offset: 16 * i }))
  const next = [...get(at), ...constant(ENTRY), ADD, ...set(at)]
  const term = sums.flatMap(({ local, offset }) => [
    ...[...get(local), ...get(weight), ...get(from), ...loadWide(offset), ...MULTIPLY, ...SUBTRACT, ...set(local)],
  ])
  const terms = [
    ...[...BLOCK, ...LOOP, ...get(at), ...get(end), GE_U, ...branchIf(1)],
    ...[...get(at), ...loadBoth, ...set(weight), ...get(here), ...get(at), ...load(8), ADD, ...set(from)],
    ...[...term, ...next, ...branch(0), END, END],
  ]
  const output = [
    ...[...get(here), ...get(at), ...load(8), ADD, ...set(to), ...get(at), ...loadBoth, ...set(scale)],
    ...[...get(at), ...get(at), ...load(12), ADD, ...set(end)],
    ...sums.flatMap(({ local, offset }) => [...get(to), ...loadWide(offset), ...set(local)]),
    ...[...next, ...terms],
    ...sums.flatMap(({ local, offset }) => [
      ...[...get(to), ...get(local), ...get(scale), ...MULTIPLY, ...storeWide(offset)],
    ]),
  ]
  const body = [
    ...[2, 5, I32, 2 + sums.length, V128],
    ...[...BLOCK, ...LOOP, ...get(pixel), ...get(lastPixel), GE_U, ...branchIf(1)],
    ...[...get(pixel), ...load(0), ...set(here), ...get(start), ...set(at)],
    ...[...LOOP, ...output, ...get(at), ...get(stop), LT_U, ...branchIf(0), END],
    ...[...get(pixel), ...constant(4), ADD, ...set(pixel), ...branch(0), END, END, END],
  ]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 4, I32, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...text('solve'), 0, 0, ...text('memory'), 2, 0]),
    ...section(10, [1, ...sized(body)]),
  ])
}

interface Exports {
  readonly memory: WebAssembly.Memory
  solve(pixels: number, pixelsEnd: number, program: number, programEnd: number): void
}

let instance: Exports | null | undefined

/** The module; null where a platform has no SIMD or allows no module. */
function instantiate(): Exports | null {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(assemble())).exports as unknown as Exports
  } catch {
    return null
  }
}

/** A program in the module's memory. */
export interface Loaded {
  /** The tile, `[line][image]`. */
  readonly tile: Float64Array
  solve(): void
}

/** Loads a program, with a tile of zeros; undefined where SIMD cannot be had. What was loaded before is no longer to be used. */
export function loadProgram({ pixels, outputs, lines }: Program): Loaded | undefined {
  if (instance === undefined) instance = instantiate()
  if (!instance) return undefined
  const { memory, solve } = instance
  const entries = outputs.reduce((n, { weights }) => n + 1 + weights.length, 0)
  const programAt = lines * LINE
  const pixelsAt = programAt + entries * ENTRY
  const missing = pixelsAt + 4 * pixels.length - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  const tile = new Float64Array(memory.buffer, 0, lines * TILE)
  tile.fill(0)
  const doubles = new Float64Array(memory.buffer)
  const words = new Int32Array(memory.buffer)
  let at = programAt
  const entry = (value: number, line: number, bytes: number): void => {
    doubles[at / 8] = value
    words[at / 4 + 2] = line * LINE
    words[at / 4 + 3] = bytes
    at += ENTRY
  }
  for (const { to, scale, weights, from } of outputs) {
    entry(scale, to, ENTRY * (1 + weights.length))
    for (let k = 0; k < weights.length; k++) entry(weights[k]!, from[k]!, 0)
  }
  for (let k = 0; k < pixels.length; k++) words[pixelsAt / 4 + k] = pixels[k]! * LINE
  return { tile, solve: () => solve(pixelsAt, pixelsAt + 4 * pixels.length, programAt, pixelsAt) }
}
