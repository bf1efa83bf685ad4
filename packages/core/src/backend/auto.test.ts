import { describe, expect, it } from 'vitest'
import { initialisers, Module } from '../module/index.js'
import { chooseBackend, largestProduct, NATIVE_FROM } from './auto.js'

class Net extends Module {
  readonly type: string = 'Net'
  readonly narrow = this.param('narrow', [3, 8], initialisers.zeros)
  readonly wide = this.param('wide', [64, 128], initialisers.zeros)
  readonly bias = this.param('bias', [100_000], initialisers.zeros)
}

/** Chooses, and tells what was loaded and said. */
async function choose(options: Parameters<typeof chooseBackend>[0], nativeLoads = true) {
  const loaded: string[] = []
  const said: string[] = []
  const taken = await chooseBackend({ log: (message) => said.push(message), ...options }, async (name) => {
    if (name === 'native' && !nativeLoads) throw new Error('the addon is not built')
    loaded.push(name)
  })
  return { taken, loaded, said }
}

describe('the backend that auto takes', () => {
  it('is WASM where the work is small, without a look at native kernels', async () => {
    const { taken, loaded, said } = await choose({ work: NATIVE_FROM - 1 })
    expect([taken, loaded]).toEqual(['wasm', ['wasm']])
    expect(said.join()).toMatch(/WASM, faster .* below 6.0 million/)
  })

  it('is native where the work is large', async () => {
    const { taken, loaded, said } = await choose({ work: 2e8 })
    expect([taken, loaded]).toEqual(['native', ['native']])
    expect(said.join()).toMatch(/native .*here 200.0 million/)
  })

  it('is WASM where native kernels do not load, and says why', async () => {
    const { taken, loaded, said } = await choose({ work: 3e8 }, false)
    expect([taken, loaded]).toEqual(['wasm', ['wasm']])
    expect(said.join()).toContain('the addon is not built')
  })

  it('is told once, and not at all when asked to be quiet', async () => {
    expect((await choose({ work: 4e8 })).said).toHaveLength(1)
    expect((await choose({ work: 4e8 })).said).toEqual([])
    expect((await choose({ work: 5e8, quiet: true })).said).toEqual([])
  })

  it('goes by the widest layer of the model', () => {
    expect(largestProduct(new Net(), 256)).toBe(256 * 64 * 128)
  })
})
