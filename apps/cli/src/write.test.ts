import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratch } from './scratch.js'
import { ensureWritable, writeAtomically } from './write.js'

const { folder, file } = scratch()
const leftovers = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.part'))

it('writes text, bytes and pieces, replacing what was there', async () => {
  const path = join(folder, 'a.txt')
  await writeAtomically(path, 'first')
  await writeAtomically(
    path,
    (function* () {
      yield 'sec'
      yield new TextEncoder().encode('ond')
    })(),
  )
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(leftovers()).toEqual([])
})

it('leaves what was there, and nothing half-written, when the content fails on the way', async () => {
  const path = file('b.txt', 'before')
  const failing = (function* () {
    yield 'half'
    throw new Error('no more')
  })()
  await expect(writeAtomically(path, failing)).rejects.toThrow('no more')
  expect(readFileSync(path, 'utf8')).toBe('before')
  expect(leftovers()).toEqual([])
})

it('writes through a symbolic link', async () => {
  const path = file('target.txt', 'old')
  const link = join(folder, 'link.txt')
  symlinkSync(path, link)
  await writeAtomically(link, 'new')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('new')
})

it('writes to a device without replacing it', async () => {
  await writeAtomically('/dev/null', 'gone')
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
})

it('tells beforehand that a file cannot be written', async () => {
  mkdirSync(join(folder, 'sub'))
  const cases: [string, string][] = [
    [join(folder, 'none', 'm.safetensors'), 'its folder does not exist'],
    [join(folder, 'sub'), 'is a folder'],
    [join(file('plain.txt', ''), 'm.safetensors'), 'its folder is not a folder'],
  ]
  for (const [path, reason] of cases) {
    await expect(ensureWritable(path)).rejects.toThrow(`cannot write ${path}: ${reason}`)
    await expect(writeAtomically(path, 'x')).rejects.toThrow(`cannot write ${path}: ${reason}`)
  }
  await ensureWritable(join(folder, 'fine.txt'))
  expect(existsSync(join(folder, 'fine.txt'))).toBe(false)
  expect(leftovers()).toEqual([])
})
