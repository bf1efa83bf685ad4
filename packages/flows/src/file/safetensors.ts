import { EbbflowError, type Shape, showShape, sizeOf } from '@ebbflow/core'

/** A named array as a safetensors file holds it. */
export interface StoredTensor {
  readonly shape: Shape
  /** Its dtype is that of the array: F32, F64 or I32. */
  readonly data: Float32Array | Float64Array | Int32Array
}

/** What a safetensors file holds: text by key, and arrays by name. */
export interface SafeTensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

const DTYPES = {
  F64: { bytes: 8, make: (b: ArrayBuffer) => new Float64Array(b) },
  F32: { bytes: 4, make: (b: ArrayBuffer) => new Float32Array(b) },
  I32: { bytes: 4, make: (b: ArrayBuffer) => new Int32Array(b) },
} as const
type Dtype = keyof typeof DTYPES

const PREFIX = 8
/** The format's own limit on the header, which keeps a hostile file from asking for memory. */
const MAX_HEADER = 100_000_000
const METADATA = '__metadata__'

const bad = (message: string, expected?: string, received?: string): EbbflowError =>
  new EbbflowError('file', message, {
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
  })

const dtypeOf = (data: StoredTensor['data']): Dtype =>
  data instanceof Float64Array ? 'F64' : data instanceof Float32Array ? 'F32' : 'I32'

/**
 * Writes a safetensors file: an 8-byte little-endian header length, a JSON header padded to 8 bytes, the raw data without gaps, the
 * widest dtypes first so that every array is aligned.
 *
 * @throws EbbflowError `argument` when an array does not fill its shape or a name is `__metadata__`.
 * @example
 * ```ts
 * import { readSafeTensors, writeSafeTensors } from '@ebbflow/flows'
 * const bytes = writeSafeTensors({
 *   metadata: { author: 'me' },
 *   tensors: new Map([['weight', { shape: [2], data: new Float32Array([1, 2]) }]]),
 * })
 * readSafeTensors(bytes).tensors.get('weight')?.data // Float32Array [1, 2]
 * ```
 */
export function writeSafeTensors(content: SafeTensors): Uint8Array<ArrayBuffer> {
  const entries = [...content.tensors].sort(
    ([a, s], [b, t]) => DTYPES[dtypeOf(t.data)].bytes - DTYPES[dtypeOf(s.data)].bytes || (a < b ? -1 : a > b ? 1 : 0),
  )
  const header: Record<string, unknown> = { [METADATA]: content.metadata }
  let end = 0
  for (const [name, { shape, data }] of entries) {
    if (name === METADATA) throw new EbbflowError('argument', `a tensor cannot be named ${METADATA}`)
    if (sizeOf(shape) !== data.length)
      throw new EbbflowError('argument', `the values of '${name}' do not fill its shape`, {
        expected: `${sizeOf(shape)} values for ${showShape(shape)}`,
        received: `${data.length}`,
      })
    const begin = end
    end += data.byteLength
    header[name] = { dtype: dtypeOf(data), shape: [...shape], data_offsets: [begin, end] }
  }
  let json = new TextEncoder().encode(JSON.stringify(header))
  const padding = -json.length & 7
  if (padding > 0) {
    const padded = new Uint8Array(json.length + padding).fill(0x20)
    padded.set(json)
    json = padded
  }
  const bytes = new Uint8Array(PREFIX + json.length + end)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, json.length, true)
  bytes.set(json, PREFIX)
  let at = PREFIX + json.length
  for (const [, { data }] of entries) {
    bytes.set(littleEndian(data), at)
    at += data.byteLength
  }
  return bytes
}

/**
 * Reads a safetensors file, checking everything before it allocates: lengths, names, dtypes, shapes, and that the arrays cover the
 * data without gap or overlap. The arrays are copies.
 *
 * @throws EbbflowError `file` when the bytes are truncated or are not such a file, or hold a dtype other than F32, F64 and I32.
 */
export function readSafeTensors(input: ArrayBuffer | Uint8Array): SafeTensors {
  // a plain array over the same bytes: slicing Node's Buffer would not copy
  const bytes =
    input instanceof Uint8Array
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input)
  const header = readHeader(bytes)
  const start = PREFIX + headerLength(bytes)
  const available = bytes.length - start
  const metadata = readMetadata(header[METADATA])
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)

  let reached = 0
  for (const { name, begin, end } of entries) {
    if (end > available) throw bad('the file is truncated', `${end} bytes of data for '${name}'`, `${available} bytes`)
    if (begin !== reached)
      throw bad(
        `the tensor '${name}' ${begin < reached ? 'overlaps another' : 'leaves a gap before it'}`,
        `offset ${reached}`,
        `${begin}`,
      )
    reached = end
  }
  if (reached !== available) throw bad('bytes after the last tensor', `${reached} bytes of data`, `${available}`)

  const tensors = new Map<string, StoredTensor>()
  for (const { name, dtype, shape, begin, end } of entries) {
    const copy = bytes.slice(start + begin, start + end) as Uint8Array<ArrayBuffer>
    tensors.set(name, { shape, data: DTYPES[dtype].make(nativeEndian(copy, DTYPES[dtype].bytes).buffer) })
  }
  return { metadata, tensors }
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < PREFIX) throw bad('not a safetensors file: too short', 'at least 8 bytes', `${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
}

function readHeader(bytes: Uint8Array): Record<string, unknown> {
  const length = headerLength(bytes)
  if (length > MAX_HEADER)
    throw bad('not a safetensors file: header length out of range', `at most ${MAX_HEADER} bytes`, `${length}`)
  if (PREFIX + length > bytes.length)
    throw bad('the file is truncated within its header', `${PREFIX + length} bytes`, `${bytes.length}`)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX, PREFIX + length)))
  } catch (cause) {
    throw new EbbflowError('file', 'not a safetensors file: its header is not JSON', { cause })
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw bad('not a safetensors file: its header is not a JSON object')
  return header as Record<string, unknown>
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Object.values(value).some((v) => typeof v !== 'string'))
    throw bad(`${METADATA} must map text to text`)
  return { ...(value as Record<string, string>) }
}

interface Entry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPES, dtype))
    throw bad(`the tensor '${name}' has a dtype that is not read`, Object.keys(DTYPES).join(', '), String(dtype))
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw bad(`the tensor '${name}' has no valid shape`, undefined, JSON.stringify(shape))
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw bad(`the tensor '${name}' has no valid offsets`, undefined, JSON.stringify(offsets))
  const [begin, end] = offsets as [number, number]
  const bytes = sizeOf(shape) * DTYPES[dtype as Dtype].bytes
  if (end - begin !== bytes)
    throw bad(`the offsets of '${name}' do not fit its shape`, `${bytes} bytes`, `${end - begin}`)
  return { name, dtype: dtype as Dtype, shape, begin, end }
}

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function nativeEndian(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  if (!LITTLE) for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse()
  return bytes
}

function littleEndian(data: StoredTensor['data']): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return LITTLE ? bytes : nativeEndian(bytes.slice() as Uint8Array<ArrayBuffer>, data.BYTES_PER_ELEMENT)
}
