import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { compare } from './compare.js'
import { growth } from './growth.js'
import { memory } from './memory.js'
import { HELP, parseOptions, UsageError } from './options.js'
import { reversible } from './reversible.js'
import { WORKS } from './works.js'

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options.mode === 'help') return console.log(HELP)
  if (options.mode === 'list') {
    const wide = Math.max(...WORKS.map(({ name }) => name.length))
    return console.log(WORKS.map(({ name, what }) => `${name.padEnd(wide)}  ${what}`).join('\n'))
  }
  const file = options.json === undefined ? undefined : writable(options.json)
  const { text, data } = await { compare, growth, memory, reversible }[options.mode](options, tell)
  console.log(text)
  if (file) writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`)
}

/** The file that was asked for, before minutes go by; it stands where it was asked from, not in the folder that npm changes to. */
function writable(path: string): string {
  const file = resolve(process.env.INIT_CWD ?? '.', path)
  try {
    mkdirSync(dirname(file), { recursive: true })
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw new UsageError(`--json cannot write ${path}: ${(error as Error).message}`)
  }
  return file
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `bench: ${error.message}` : error)
  process.exitCode = 1
})
