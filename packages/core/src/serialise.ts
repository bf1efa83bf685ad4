import { EbbflowError } from './errors.js'
import type { Module } from './module/index.js'

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The options of a layer as JSON. */
export type Config = { readonly [key: string]: Json }

/** A layer as JSON: its type's name and its options; values of parameters are stored apart. */
export type Saved = { readonly type: string; readonly config: Config }

/** A module that can be saved. */
export interface Serialisable extends Module {
  /** The options it was made with. */
  config(): Config
}

/** Builds a child from its description. */
export type Build = (saved: Json) => Module

/** The static side of a class that can be saved: an explicit name, and a constructor from options. */
export interface ModuleType<M extends Module = Module> {
  /** Stable name in files; minifiers do not touch it. */
  readonly type: string
  fromConfig(config: Config, build: Build): M
}

/** The types that a file may build, by name. */
export type Registry = ReadonlyMap<string, ModuleType>

/** A registry of the given types; throws when two share a name. */
export function registryOf(...types: readonly ModuleType[]): Registry {
  const registry = new Map<string, ModuleType>()
  for (const type of types) {
    if (registry.has(type.type) && registry.get(type.type) !== type)
      throw new EbbflowError('argument', 'two layer types share a name', { received: type.type })
    registry.set(type.type, type)
  }
  return registry
}

/**
 * Describes a module as JSON.
 *
 * @throws EbbflowError `unsupported` when its class has no `type` and `config`, as one that holds a function has not.
 */
export function describe(module: Module): Saved {
  const type = (module.constructor as unknown as Partial<ModuleType>).type
  const { config } = module as unknown as { config?: () => Config }
  if (typeof type !== 'string' || typeof config !== 'function')
    throw new EbbflowError('unsupported', `${module.constructor.name} cannot be saved`, {
      expected: 'a class with a static `type` and `fromConfig`, and a method `config`',
    })
  return { type, config: config.call(module) }
}

/**
 * Builds the module that `saved` describes, of types in the registry alone. Runs no code from the file.
 *
 * @throws EbbflowError `file` for a description of another form or of a type that the registry lacks.
 */
export function build(saved: Json, registry: Registry): Module {
  const record = asRecord(saved)
  const { type, config } = record
  if (typeof type !== 'string')
    throw new EbbflowError('file', 'a layer has no type', { received: JSON.stringify(saved).slice(0, 80) })
  const found = registry.get(type)
  if (!found)
    throw new EbbflowError('file', 'unknown layer type', { expected: [...registry.keys()].join(', '), received: type })
  return found.fromConfig(asRecord(config ?? {}), (child) => build(child, registry))
}

function asRecord(value: Json): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EbbflowError('file', 'a layer must be described by an object', { received: JSON.stringify(value) })
  return value as Config
}
