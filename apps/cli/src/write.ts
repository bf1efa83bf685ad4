import { access, constants, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EbbflowError } from '@ebbflow/core'

const REASONS: Record<string, string> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is not a folder',
  EACCES: 'may not be written',
  EPERM: 'may not be written',
  EROFS: 'stands on a read-only disk',
  EISDIR: 'is a folder',
  ENOSPC: 'the disk is full',
}

const unwritable = (path: string, error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (!(code in REASONS)) return error
  return new EbbflowError('file', `cannot write ${path}: ${REASONS[code]}`, { cause: error })
}

/**
 * Finds out, without leaving anything behind, whether a file can be written: worth knowing before a long fit.
 *
 * @throws EbbflowError `file` naming the path and why not.
 */
export async function ensureWritable(path: string): Promise<void> {
  try {
    const present = await stat(path).catch(() => undefined)
    if (present?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    if (present) await access(path, constants.W_OK)
    if (present && !present.isFile()) return
    const probe = beside(await followed(path))
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** What a symbolic link stands for: renaming would replace the link. */
const followed = (path: string): Promise<string> => realpath(path).catch(() => path)

/** A name in the same folder, so that renaming stays within one disk. */
const beside = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.${counter++}.part`)
let counter = 0

/**
 * Writes a file whole or not at all: beside its place, flushed to the disk, then renamed. What stood there stays until then.
 *
 * @param content text, bytes, or pieces of them as they come.
 * @throws EbbflowError `file` naming the path and why it cannot be written.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content
  const target = await followed(path)
  const special = await stat(target).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  )
  // a device or a pipe is written to, never replaced
  const part = special ? target : beside(target)
  try {
    const file = await open(part, special ? 'w' : 'wx')
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      if (!special) await file.sync()
    } finally {
      await file.close()
    }
    if (!special) await rename(part, target)
  } catch (error) {
    if (!special) await rm(part, { force: true }).catch(() => {})
    throw unwritable(path, error)
  }
}
