import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { toySource } from '../data/toys.js'
import { withStandards } from '../model/options.js'
import { recipeOf } from '../model/recipes.js'
import { FIRST_STACK, stackExpression } from '../model/stack.js'
import { Session } from '../worker/session.js'
import { programOf } from './code.js'
import { csvOf } from './csv.js'
import { pack, unpack } from './link.js'

const nsf = recipeOf('nsf')
const models = {
  recipe: nsf.expression(2, withStandards(nsf.options, { layers: 2, hidden: [8] })),
  stack: stackExpression(FIRST_STACK, 2),
}

describe.each(Object.entries(models))('what is taken away of a %s', (kind, model) => {
  it('is a program that gives the density of the session', async () => {
    const { names, columns } = toySource('rings', 1)
    const session = await Session.open({ data: { names, columns, treatment: 'plain' }, model, seed: 1 }, () => {})
    await session.trainer.once({ steps: 1, learningRate: 0.01, batchSize: 128 })
    const folder = await mkdtemp(join(import.meta.dirname, '.taken-'))
    try {
      const file = join(folder, 'model.safetensors')
      await writeFile(file, await session.save(kind))
      const settings = { seed: 1, steps: 1, learningRate: 0.01, batchSize: 128 }
      await writeFile(join(folder, 'program.ts'), programOf({ model, file, columns: names, ...settings }))
      const program = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'program.ts')).href)
      const places = [Float64Array.of(0, 1, -2), Float64Array.of(0.5, 1, 3)]
      const expected = session.logProb(places)
      const found = program.logDensities({ names, columns: places, rows: 3 }) as Float64Array
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4)
      const [x] = program.sample(4000).columns as Float64Array[]
      const ours = session.samples(4000, 1).filter((_, i) => i % 2 === 0)
      const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / 4000
      // both means of 4,000 draws of a deviation of about 2
      expect(Math.abs(mean(x!) - mean(ours))).toBeLessThan(0.25)
    } finally {
      await rm(folder, { recursive: true })
      await session.close()
    }
  })

  it('opens again with the same density, from a file and from a link', async () => {
    const { names, columns } = toySource('rings', 1)
    const data = { names, columns, treatment: 'plain' as const }
    const session = await Session.open({ data, model, seed: 1 }, () => {})
    await session.trainer.once({ steps: 1, learningRate: 0.01, batchSize: 128 })
    const places = [Float64Array.of(0, 1, -2), Float64Array.of(0.5, 1, 3)]
    const expected = [...session.logProb(places)]
    const saved = await session.save('')
    const linked = await unpack(await pack(saved))
    expect(linked).toEqual(saved)
    const again = await Session.resume(data, 1, { model: linked, step: 1, optimiser: undefined }, () => {})
    expect([...again.logProb(places)]).toEqual(expected)
    await session.close()
    await again.close()
  })

  it('goes on from a checkpoint as if it had not stopped', async () => {
    const { names, columns } = toySource('rings', 1)
    const data = { names, columns, treatment: 'plain' as const }
    const settings = { steps: 3, learningRate: 0.01, batchSize: 128 }
    const places = [Float64Array.of(0, 1), Float64Array.of(0.5, 1)]
    const whole = await Session.open({ data, model, seed: 1 }, () => {})
    for (let i = 0; i < 3; i++) await whole.trainer.once(settings)
    const first = await Session.open({ data, model, seed: 1 }, () => {})
    await first.trainer.once(settings)
    const second = await Session.open(
      { data, model, seed: 1, checkpoint: structuredClone(await first.checkpoint()) },
      () => {},
    )
    expect(second.opened().step).toBe(1)
    for (let i = 0; i < 2; i++) await second.trainer.once(settings)
    expect([...second.logProb(places)]).toEqual([...whole.logProb(places)])
    // what is kept in the midst of training has the moments of its step
    await first.trainer.start({ ...settings, steps: 100_000 })
    await expect.poll(() => first.trainer.step, { timeout: 20_000 }).toBeGreaterThan(3)
    const { step, optimiser } = await first.checkpoint()
    expect(optimiser?.step).toBe(step)
    for (const session of [whole, first, second]) await session.close()
  })
})

describe('a link', () => {
  it('that was cut short is refused', async () => {
    const text = await pack(Uint8Array.from({ length: 999 }, (_, i) => (i * i) % 251))
    await expect(unpack(text.slice(0, 200))).rejects.toThrow(/cut short/)
    await expect(unpack('%%%')).rejects.toThrow(/cut short/)
  })
})

describe('samples as CSV', () => {
  it('have a header and single-precision numbers in few digits', () => {
    expect(csvOf(['a', 'b, "c"'], Float32Array.of(0.1, 1e-9, -3, 1234567))).toBe('a,"b, ""c"""\n0.1,1e-9\n-3,1234567\n')
  })
})
