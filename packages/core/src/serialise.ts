import { EbbflowError } from './errors.js'

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The options of a layer as JSON. */
export type Config = { readonly [key: string]: Json }

/** A layer as JSON: its type's name and its options; values of parameters are stored apart. */
export type Saved = { readonly type: string; readonly config: Config }

/** What can be saved: a module of a class that is a {@link SavedType}, or an object that carries its `type` itself. */
export interface Serialisable {
  /** The options it was made with. */
  config(): Config
}

/** Builds a part from its description; the caller knows what it must be. */
export type Build = (saved: Json) => unknown

/** What a file may build: an explicit name, and a constructor from options. Classes of layers have both as statics. */
export interface SavedType<T = unknown> {
  /** Stable name in files; minifiers do not touch it. */
  readonly type: string
  fromConfig(config: Config, build: Build): T
}

/** The types that a file may build, by name. */
export type Registry = ReadonlyMap<string, SavedType>

/** A registry of the given types; throws when two share a name. */
export function registryOf(...types: readonly SavedType[]): Registry {
  const registry = new Map<string, SavedType>()
  for (const type of types) {
    if (registry.has(type.type) && registry.get(type.type) !== type)
      throw new EbbflowError('argument', 'two layer types share a name', { received: type.type })
    registry.set(type.type, type)
  }
  return registry
}

/**
 * Describes a layer as JSON.
 *
 * @throws EbbflowError `unsupported` when it has no `type` and `config`, as one that holds a function has not.
 */
export function describe(part: object): Saved {
  const { type, config } = part as { type?: unknown; config?: () => Config }
  const name = type ?? (part.constructor as unknown as Partial<SavedType>).type
  if (typeof name !== 'string' || typeof config !== 'function')
    throw new EbbflowError('unsupported', `${part.constructor.name} cannot be saved`, {
      expected: 'a class with a static `type` and `fromConfig`, and a method `config`',
    })
  return { type: name, config: config.call(part) }
}

/**
 * Builds the layer that `saved` describes, of types in the registry alone. Runs no code from the file.
 *
 * @throws EbbflowError `file` for a description of another form or of a type that the registry lacks.
 */
export function build(saved: Json, registry: Registry): unknown {
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
