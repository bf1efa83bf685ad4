import { useBackend, valueAndGradients, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { compile } from './compile.js'
import { inputsOf, interpret, type RandomProgram, randomPrograms } from './random-graphs.fixture.js'

beforeAll(() => useBackend('wasm'))

const list = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

/**
 * Compares a compiled program with double precision. Where rounding decides a branch, both the engine's single precision and the program
 * may differ from it: then they must be as near to each other as one of them is to double precision.
 */
function expectEqual(program: RandomProgram, run: (inputs: tf.Tensor[]) => tf.Tensor[]): void {
  tf.tidy(() => {
    const inputs = inputsOf(program)
    const compiled = compile((...given: tf.Tensor[]) => run(given), ...inputs)
    expect(compiled.reason).toBeUndefined()
    const got = compiled(...inputs)
    const eager = run(inputs)
    const double = withBackend('float64', () => tf.tidy(() => run(inputsOf(program)).map(list)))
    for (const [i, exact] of double.entries()) {
      expect(got[i]!.shape).toEqual(eager[i]!.shape)
      const [mine, theirs] = [list(got[i]!), list(eager[i]!)]
      for (const [j, value] of exact.entries()) {
        const allowed = 2e-4 * (1 + Math.abs(value)) + 4 * Math.abs(theirs[j]! - value)
        expect(Math.abs(mine[j]! - value), `output ${i}, element ${j}`).toBeLessThanOrEqual(allowed)
      }
    }
    compiled.dispose()
  })
}

const runs = Number(process.env.EBBFLOW_RANDOM_GRAPHS ?? 150)

/** What random programs have found, at its smallest. */
const FOUND: Readonly<Record<string, RandomProgram>> = {
  'truth values as floats, read by a kernel that takes floats alone': {
    shapes: [[4, 4, 1]],
    instructions: [
      { kernel: 'masks', picks: [0, 0, 0, 0, 0, 0, 0] },
      { kernel: 'convolve', picks: [1, 0, 0, 0, 0, 0, 0] },
    ],
    seed: 0,
  },
}

/** What gradients of random programs have found. */
const FOUND_IN_GRADIENTS: Readonly<Record<string, RandomProgram>> = {
  'a gradient of which the engine leaves rounding, and a program nothing': {
    shapes: [[63, 2], []],
    instructions: [{ kernel: 'sub', picks: [383, 20, 0, 0, 0, 0, 0] }],
    seed: 0,
  },
  'such a gradient of a small sum': {
    shapes: [[63, 2], []],
    instructions: [
      { kernel: 'add', picks: [526, 0, 0, 0, 0, 0, 0] },
      { kernel: 'sub', picks: [766, 105, 0, 0, 0, 0, 0] },
    ],
    seed: 466464,
  },
}

/** The sum of the means of a program's outputs, its gradients, and the 1 from which these come: a gradient may be rounding of that. */
function gradientsOf(program: RandomProgram, inputs: tf.Tensor[]): tf.Tensor[] {
  const { value, gradients } = valueAndGradients(() => {
    const outputs = interpret(program, inputs)
    return outputs.map((output) => tf.mean(output)).reduce((a, b) => tf.add(a, b))
  }, inputs)
  return [value, ...gradients, tf.onesLike(value)]
}

describe('random programs', () => {
  test.each(Object.entries(FOUND))('once gave something else: %s', (_, program) => {
    expectEqual(program, (inputs) => interpret(program, inputs))
  })

  test.each(Object.entries(FOUND_IN_GRADIENTS))('once had other gradients: %s', (_, program) => {
    expectEqual(program, (inputs) => gradientsOf(program, inputs))
  })

  test('give what double precision gives', { timeout: 600_000 }, () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    fc.assert(
      fc.property(randomPrograms, (program) => expectEqual(program, (inputs) => interpret(program, inputs))),
      { numRuns: runs, seed: 20261124 },
    )
  })

  test('give the gradients that double precision gives', { timeout: 600_000 }, () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const smooth = randomPrograms.map((program) => ({
      ...program,
      // at kinks single and double precision may take different sides
      instructions: program.instructions.filter(({ kernel }) => !KINKS.has(kernel)),
    }))
    fc.assert(
      fc.property(smooth, (program) => expectEqual(program, (inputs) => gradientsOf(program, inputs))),
      { numRuns: Math.ceil(runs / 2), seed: 20261125 },
    )
  })
})

const KINKS = new Set(['repeat', 'maximum', 'maxAxis', 'minAll', 'where', 'masks', 'relu', 'leakyRelu', 'elu'])
