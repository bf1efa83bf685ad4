import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** What a program came to. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs an entry of this folder from its source, as its users would, in the folder `cwd`. */
export function spawned(
  entry: string,
  args: readonly string[],
  cwd: string,
  watch: (stderr: string, child: ChildProcess) => void = () => {},
): Promise<Outcome> {
  const path = fileURLToPath(new URL(entry, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@ebbflow/source', '--import', tsx, path, ...args], { cwd })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => {
    text.stdout += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    text.stderr += data.toString()
    watch(text.stderr, child)
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...text })))
}
