import { afterEach, describe, expect, it } from 'vitest'
import { WORKS } from '../works.js'
import { Contender } from './contender.js'

const work = WORKS[0]!
const order = { work, seconds: 0 }
let contender: Contender | undefined

/** A contender that is a line of JavaScript; `say` prints JSON, `asked` is told each order. */
function scripted(code: string): Contender {
  const program = `
    const say = (line) => console.log(JSON.stringify(line))
    const asked = (f) => require('readline').createInterface({ input: process.stdin }).on('line', (line) => f(JSON.parse(line)))
    ${code}`
  contender = new Contender({ name: 'it', program: process.execPath, args: ['-e', program], cwd: '.', kinds: ['step'] })
  return contender
}

afterEach(() => contender?.close())

describe('a contender', () => {
  it('greets, and answers orders in turn, whatever else it prints', async () => {
    const it = scripted(`
      say({ versions: { a: '1' }, threads: 2 })
      asked(({ work }) => { console.log('hello'); say({ ms: work.rows }) })`)
    expect(await it.start()).toEqual({ versions: { a: '1' }, threads: 2 })
    expect(await it.ask(order)).toEqual({ ms: 256 })
    expect(await it.ask({ work: { ...work, rows: 3 }, seconds: 0 })).toEqual({ ms: 3 })
    expect([it.does('step'), it.does('compile')]).toEqual([true, false])
  })

  it('that dies tells why, and lives again for the next order', async () => {
    const it = scripted(`
      say({ versions: {}, threads: 1 })
      asked(({ seconds }) => { if (seconds === 0) throw new Error('out of something'); say({ ms: 1 }) })`)
    expect(await it.ask(order)).toEqual({ error: 'Error: out of something' })
    expect(await it.ask({ work, seconds: 1 })).toEqual({ ms: 1 })
    const silent = scripted('process.exit(3)')
    expect(await silent.start()).toEqual({ absent: 'it ended with code 3' })
  })

  it('that does not exist is absent', async () => {
    const none = new Contender({ name: 'none', program: 'no-such-program', args: [], cwd: '.', kinds: [] })
    expect(await none.start()).toEqual({ absent: expect.stringContaining('no-such-program') })
  })
})
