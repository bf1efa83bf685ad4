import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSafeTensors, type StoredTensor, writeSafeTensors } from './safetensors.js'

const tensors = new Map<string, StoredTensor>([
  ['layers.0.kernel', { shape: [2, 3], data: new Float32Array([1, -2, 0.1, 4, 5e-30, 6]) }],
  ['double', { shape: [2], data: new Float64Array([Math.PI, -0.1]) }],
  ['order', { shape: [3], data: new Int32Array([2, 0, -1]) }],
  ['scalar', { shape: [], data: new Float32Array([7]) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
])
const metadata = { note: 'größer als “eins” 🙂', other: '' }
const written = writeSafeTensors({ metadata, tensors })

/** A file of a header given as JSON or text, and so many bytes of data. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 8)
  return bytes
}
const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

describe('safetensors', () => {
  it("holds what was written, from a buffer, a view at any offset, or Node's Buffer", () => {
    const shifted = new Uint8Array(written.length + 3)
    shifted.set(written, 3)
    for (const source of [written, written.buffer, shifted.subarray(3), Buffer.from(written)]) {
      const read = readSafeTensors(source)
      expect(read.metadata).toEqual(metadata)
      expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
    }
  })

  it('aligns the data to 8 bytes and writes the same bytes for the same content in any order', () => {
    expect(new DataView(written.buffer).getUint32(0, true) % 8).toBe(0)
    expect(writeSafeTensors({ metadata, tensors: new Map([...tensors].reverse()) })).toEqual(written)
  })

  it('gives copies', () => {
    const read = readSafeTensors(written)
    read.tensors.get('scalar')!.data[0] = 8
    expect(readSafeTensors(written).tensors.get('scalar')!.data[0]).toBe(7)
  })

  it('refuses the file cut off at any byte', () => {
    for (let n = 0; n < written.length; n++) expect(() => readSafeTensors(written.subarray(0, n))).toThrow()
  })

  const long = file({}, 0)
  new DataView(long.buffer).setUint32(4, 1, true)
  it.each([
    ['no bytes', new Uint8Array(0), /too short/],
    ['a header length out of range', long, /header length out of range: expected at most 100000000 bytes/],
    ['a header cut off', written.subarray(0, 40), /truncated within its header/],
    ['a header that is not JSON', file('{"a":', 0), /header is not JSON/],
    ['a header that is an array', file([], 0), /not a JSON object/],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }, 0), /__metadata__ must map text to text/],
    [
      'another dtype',
      file({ a: entry(0, 4, [2], 'F16') }, 4),
      /'a' has a dtype that is not read: expected F64, F32, I32, got F16/,
    ],
    ['a dtype that is a property of objects', file({ a: entry(0, 4, [1], 'toString') }, 4), /dtype that is not read/],
    ['a negative shape', file({ a: entry(0, 4, [-1]) }, 4), /no valid shape/],
    [
      'offsets that do not fit the shape',
      file({ a: entry(0, 8, [1]) }, 8),
      /do not fit its shape: expected 4 bytes, got 8/,
    ],
    [
      'offsets that are no numbers',
      file({ a: { dtype: 'F32', shape: [1], data_offsets: ['0', '4'] } }, 4),
      /no valid offsets/,
    ],
    ['an overlap', file({ a: entry(0, 8), b: entry(4, 12) }, 12), /'b' overlaps another/],
    ['a gap', file({ a: entry(0, 4), b: entry(8, 12) }, 12), /'b' leaves a gap/],
    ['offsets beyond the end', file({ a: entry(0, 400) }, 4), /truncated: expected 400 bytes of data for 'a', got 4/],
    ['a size beyond all numbers', file({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4), /do not fit its shape/],
    ['bytes after the data', file({ a: entry(0, 4) }, 5), /bytes after the last tensor/],
    ['an entry that is null', file({ a: null }, 0), /dtype that is not read/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafeTensors(bytes)).toThrow(
      expect.objectContaining({ code: 'file', message: expect.stringMatching(message) }),
    )
  })

  it('does not write values that do not fill their shape, or a tensor with the name of the metadata', () => {
    const data = new Float32Array(2)
    expect(() => writeSafeTensors({ metadata, tensors: new Map([['a', { shape: [3], data }]]) })).toThrow(/do not fill/)
    expect(() => writeSafeTensors({ metadata, tensors: new Map([['__metadata__', { shape: [2], data }]]) })).toThrow(
      /cannot be named/,
    )
  })
})

/** The Python whose safetensors library reads our files: EBBFLOW_PYTHON, or python3 where it has the library. */
const python = process.env.EBBFLOW_PYTHON ?? 'python3'
const available = spawnSync(python, ['-c', 'import safetensors.numpy']).status === 0
if (!available && (process.env.CI || process.env.EBBFLOW_PYTHON))
  throw new Error(`${python} cannot import safetensors, which this test needs in CI`)

if (available)
  it("Python's own safetensors library reads the arrays and the metadata, and we read what it writes", () => {
    const folder = mkdtempSync(join(tmpdir(), 'ebbflow-'))
    try {
      const path = join(folder, 'a.safetensors')
      writeFileSync(path, written)
      const script = `
import json, sys
from safetensors import safe_open
from safetensors.numpy import save
with safe_open(sys.argv[1], framework='numpy') as f:
    arrays = {k: f.get_tensor(k) for k in f.keys()}
    meta = f.metadata()
seen = {k: [str(a.dtype), list(a.shape), a.ravel().tolist()] for k, a in arrays.items()}
print(json.dumps({'meta': meta, 'seen': seen, 'back': save(arrays, metadata=meta).hex()}))`
      const run = spawnSync(python, ['-c', script, path], { encoding: 'utf8' })
      expect(run.stderr).toBe('')
      const { meta, seen, back } = JSON.parse(run.stdout) as {
        meta: Record<string, string>
        seen: Record<string, [string, number[], number[]]>
        back: string
      }
      expect(meta).toEqual(metadata)
      const dtypes = { Float32Array: 'float32', Float64Array: 'float64', Int32Array: 'int32' }
      for (const [name, { shape, data }] of tensors)
        expect(seen[name]).toEqual([dtypes[data.constructor.name as keyof typeof dtypes], shape, [...data]])
      const again = readSafeTensors(Uint8Array.from(Buffer.from(back, 'hex')))
      expect(new Map([...again.tensors].sort())).toEqual(new Map([...tensors].sort()))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
