import { expect, describe as group, it } from 'vitest'
import { type Build, build, type Config, describe, registryOf } from './serialise.js'

class Box {
  static readonly type = 'box'
  readonly inner: unknown
  constructor(inner: unknown) {
    this.inner = inner
  }
  static fromConfig(config: Config, make: Build): Box {
    return new Box(config.inner === null ? null : make(config.inner!))
  }
  config(): Config {
    return { inner: this.inner === null ? null : (describe(this.inner as Box) as unknown as Config) }
  }
}

group('saved descriptions', () => {
  it('come back as what they were', () => {
    const saved = JSON.parse(JSON.stringify(describe(new Box(new Box(null)))))
    expect(saved).toEqual({ type: 'box', config: { inner: { type: 'box', config: { inner: null } } } })
    const back = build(saved, registryOf(Box)) as Box
    expect(back.inner).toBeInstanceOf(Box)
  })

  it('build types of the registry alone, and say which those are', () => {
    expect(() => build({ type: 'constructor', config: {} }, registryOf(Box))).toThrow('expected box, got constructor')
    expect(() => build({ type: '__proto__', config: {} }, registryOf(Box))).toThrow('unknown layer type')
    for (const bad of [null, 3, [], { config: {} }, { type: 'box', config: 3 }])
      expect(() => build(bad as never, registryOf(Box))).toThrow(expect.objectContaining({ code: 'file' }))
  })

  it('need a type and options', () => {
    expect(() => describe(new (class Nameless {})())).toThrow('Nameless cannot be saved')
  })

  it('refuse two types of one name', () => {
    expect(() => registryOf(Box, { type: 'box', fromConfig: () => 1 })).toThrow('share a name')
    expect(registryOf(Box, Box).size).toBe(1)
  })
})
