import { describe, expect, it } from 'vitest'
import { parseOptions, UsageError } from './options.js'
import { WORKS } from './works.js'

describe('the command line', () => {
  it('is every work in five rounds without options', () => {
    const options = parseOptions([])
    expect(options).toMatchObject({ mode: 'compare', rounds: 5, seconds: 0.5, peers: false, threads: undefined })
    expect(options.works).toEqual(WORKS)
  })

  it('takes options as npm and pnpm pass them on', () => {
    const words = ['--peers', '--rounds', '2', '--only', 'nsf2,maf64-step', '--json', 'a.json', '--peer-threads=1']
    for (const args of [words, ['--', ...words]]) {
      const { works, ...options } = parseOptions(args)
      expect(options).toMatchObject({ peers: true, rounds: 2, json: 'a.json', threads: 1 })
      expect(works.map(({ name }) => name)).toEqual([
        'nsf2-step',
        'nsf2-logprob-256',
        'nsf2-logprob-65536',
        'nsf2-sample-256',
        'nsf2-sample-65536',
        'maf64-step',
      ])
    }
    expect(parseOptions(['--growth']).mode).toBe('growth')
    expect(parseOptions(['--reversible', '--rounds', '2'])).toMatchObject({ mode: 'reversible', rounds: 2 })
    expect(parseOptions(['--memory', '--calls', '100'])).toMatchObject({ mode: 'memory', calls: 100 })
  })

  it.each([
    [['--only', 'nothing'], "no work is called 'nothing'; --list names them"],
    [['--only', ''], "no work is called ''"],
    [['--ronds', '2'], "Unknown option '--ronds'"],
    [['nsf2'], 'Unexpected argument'],
    [['--rounds', '1.5'], "--rounds takes a whole number above 0, not '1.5'"],
    [['--seconds', '-1'], '--seconds'],
    [['--seconds=fast'], "--seconds takes a number above 0, not 'fast'"],
    [['--growth', '--memory'], 'choose one'],
    [['--growth', '--peers'], '--peers does not go with --growth'],
  ])('refuses %j in one line', (args, message) => {
    let thrown: unknown
    try {
      parseOptions(args)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(UsageError)
    expect((thrown as Error).message).toContain(message)
    expect((thrown as Error).message).not.toContain('\n')
  })

  it('knows each work by one name', () => {
    expect(new Set(WORKS.map(({ name }) => name)).size).toBe(WORKS.length)
  })
})
