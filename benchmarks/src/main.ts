import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundled } from './bundle.js'
import { Contender } from './contender.js'
import { table } from './table.js'
import { type Timing, WORKS } from './works.js'

// every contender in a process of its own; each round asks all of them, one after another, so that what else the machine does meets all alike
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
    work: { type: 'string', multiple: true },
    native: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const here = resolve(import.meta.dirname, '..')
const node = (name: string, file: string, ...args: string[]): Contender =>
  new Contender(
    name,
    process.execPath,
    ['--conditions=@ebbflow/source', '--import', 'tsx', resolve(here, 'src', file), ...args],
    here,
  )
const contenders = [
  node('compiled', 'ours.ts', 'compiled', 'wasm'),
  node('eager', 'ours.ts', 'eager', 'wasm'),
  ...(values.native ? [node('eager native', 'ours.ts', 'eager', 'native')] : []),
  new Contender('tfjs by hand', process.execPath, [await bundled(here, 'by-hand.ts')], here),
]
const works = WORKS.filter(({ name }) => !values.work || values.work.some((part) => name.includes(part)))

/** Of each work and contender, one timing a round. */
const timings = new Map<string, Timing[]>()
for (const work of works) {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const contender of contenders) {
      const key = `${work.name} ${contender.name}`
      const sofar = timings.get(key) ?? []
      timings.set(key, sofar)
      // what it does not do it need not be asked again
      if (round === 0 || sofar[0]?.ms !== undefined) sofar.push(await contender.time(work.name, Number(values.seconds)))
    }
  process.stderr.write(`${work.what}: done\n`)
}
for (const contender of contenders) contender.close()

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  load: loadavg()[0]!,
  date: new Date().toISOString(),
}
const results = works.map(({ name, what }) => ({
  name,
  what,
  contenders: Object.fromEntries(
    contenders.map((contender) => [contender.name, timings.get(`${name} ${contender.name}`)!]),
  ),
}))
console.log(table(machine, results))
if (values.json) {
  mkdirSync(dirname(resolve(values.json)), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`)
}
