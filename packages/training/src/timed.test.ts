import { Rng } from '@ebbflow/core'
import { describe, expect, test } from 'vitest'
import type { Block } from './batches/dataset.js'
import { compiledStepper } from './compiled.js'
import { Adam } from './optimiser/adam.js'
import type { StepEngine } from './options.js'
import { type Choosable, eagerStepper, type Stepper } from './stepper.js'
import { timedStepper } from './timed.js'
import { normalRows, ToyFlow } from './toy.fixture.js'

const rows = normalRows(Rng.seed(3).values('normal', 800), 2)
const blockOf = (x: Float32Array): Block => ({ x, rows: x.length / 2, shape: [2] })
const block = blockOf(rows)

/** Two engines that only note what is asked of them, with a clock that their steps move. */
function scripted(costs: Record<StepEngine, (step: number) => number>) {
  let time = 0
  const asked: string[] = []
  const of = (engine: StepEngine): Stepper => ({
    engine,
    density: { logProbIn: (x) => x },
    step: (_, step) => {
      asked.push(engine)
      time += costs[engine](step)
      return { nll: step, gradientNorm: 1 }
    },
    sync: () => asked.push(`sync ${engine}`),
    close: () => asked.push(`close ${engine}`),
  })
  const compiled: Choosable = { ...of('compiled'), takes: ({ rows }) => rows === 400 }
  const stepper = timedStepper(compiled, of('eager'), () => time)
  const run = (count: number, from = 0) => {
    for (let i = from; i < from + count; i++) stepper.step(block, i, 1e-3, Rng.seed(i))
  }
  const steps = () => asked.filter((entry) => !entry.includes(' '))
  return { stepper, run, asked, steps }
}

describe('a fit that times both engines', () => {
  test('lets each have two turns of three steps, and keeps the faster', () => {
    for (const [faster, slower] of [
      ['compiled', 'eager'],
      ['eager', 'compiled'],
    ] as const) {
      const costs = { [faster]: () => 2, [slower]: () => 3 } as Record<StepEngine, () => number>
      const { stepper, run, steps, asked } = scripted(costs)
      run(11)
      expect(stepper.kept).toBeUndefined()
      expect(stepper.density).toBeUndefined()
      run(4)
      const turns = ['compiled', 'eager', 'compiled', 'eager'].flatMap((engine) => [engine, engine, engine])
      expect(steps()).toEqual([...turns, faster, faster, faster])
      expect([stepper.kept, stepper.engine]).toEqual([faster, faster])
      expect(stepper.density).toBeDefined()
      stepper.close()
      expect(asked.filter((entry) => entry === 'close compiled')).toHaveLength(1)
    }
  })

  test('hands over at each change, and times neither the first step of a turn nor what stands out', () => {
    const { stepper, run, asked } = scripted({
      compiled: (step) => (step % 3 === 0 || step === 7 ? 100 : 2),
      eager: () => 3,
    })
    run(12)
    expect(stepper.kept).toBe('compiled')
    const changes = asked.flatMap((entry, i) => (entry.startsWith('sync') ? [i] : []))
    expect(changes).toEqual([3, 7, 11, 15])
    expect(changes.map((i) => asked[i])).toEqual(['sync compiled', 'sync eager', 'sync compiled', 'sync eager'])
  })

  test('times no batch that the program does not take', () => {
    const { stepper, steps, run } = scripted({ compiled: () => 3, eager: () => 2 })
    const other = blockOf(rows.subarray(0, 60))
    for (let i = 0; i < 20; i++) stepper.step(other, i, 1e-3, Rng.seed(i))
    expect(new Set(steps())).toEqual(new Set(['eager']))
    expect(stepper.engine).toBe('compiled')
    run(12)
    expect(stepper.kept).toBe('eager')
  })

  test.each(['compiled', 'eager'] as const)('comes to what one engine alone does: %s is kept', async (faster) => {
    const { compileStep } = await import('@ebbflow/compiler')
    const settingOf = () => {
      const flow = new ToyFlow(2).init({ seed: 4 })
      const optimiser = new Adam()
      return { flow, optimiser, parameters: flow.trainable(), clipNorm: 1, memory: 'ordinary' as const }
    }
    const alone = settingOf()
    const both = settingOf()
    let time = 0
    const costing = <S extends Stepper>(stepper: S): S => ({
      ...stepper,
      step: (...args) => {
        time += stepper.engine === faster ? 1 : 2
        return stepper.step(...args)
      },
    })
    const compiled = costing(compiledStepper(compileStep, both, block))
    const timed = timedStepper(compiled, costing(eagerStepper(both)), () => time)
    const eager = eagerStepper(alone)
    for (let step = 0; step < 20; step++) {
      const [a, b] = [timed, eager].map((stepper) => stepper.step(block, step, 0.02, Rng.seed(step).rekey()))
      expect(a!.nll).toBeCloseTo(b!.nll, 4)
    }
    timed.sync()
    expect(timed.kept).toBe(faster)
    const close = (a: ArrayLike<number>, b: ArrayLike<number>, path: string) => {
      for (const [i, value] of Array.from(b).entries()) expect(a[i], path).toBeCloseTo(value, 4)
    }
    for (const [path, values] of Object.entries(alone.flow.values())) close(both.flow.values()[path]!, values, path)
    const [state, expected] = [both.optimiser.state(), alone.optimiser.state()]
    expect(state.step).toBe(20)
    for (const [path, values] of Object.entries(expected.vectors)) close(state.vectors[path]!, values, path)
    expect(both.flow.layers[0]!.calls.value.dataSync()[0]).toBe(20)
    timed.close()
    for (const { flow } of [alone, both]) flow.dispose()
  })
})
