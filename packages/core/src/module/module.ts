import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { Rng } from '../random/index.js'
import { type Shape, showShape, sizeOf } from '../shape.js'
import { type Initialiser, Slot, type SlotKind } from './slot.js'

/** Options of {@link Module.init}. */
export interface InitOptions {
  /** Seed of the initial values. Default 0. */
  seed?: number | string
  /** Keep values that are there already. Default false. */
  onlyMissing?: boolean
}

/**
 * A node of a model's tree: named parameters, named state, named children.
 *
 * Constructing one makes no tensor and needs no backend; `init` makes the values. Names join to paths such as
 * `bijector.2.conditioner.0.kernel`, which files, optimisers and errors use. Subclasses keep what they hold in ordinary
 * fields, not in `#private` ones, so that `clone` sees it.
 */
export abstract class Module {
  private readonly ownSlots = new Map<string, Slot>()
  private readonly ownChildren = new Map<string, Module>()

  /** Declares a trainable parameter. */
  protected param(name: string, shape: Shape, init: Initialiser): Slot {
    return this.declareSlot('parameter', name, shape, init)
  }

  /** Declares a state: saved with the model, never trained, written only through `call.updates`. */
  protected state(name: string, shape: Shape, init: Initialiser): Slot {
    return this.declareSlot('state', name, shape, init)
  }

  /** Declares a child and returns it. */
  protected child<M extends Module>(name: string, module: M): M {
    this.expectVacant(name)
    this.ownChildren.set(name, module)
    return module
  }

  private declareSlot(kind: SlotKind, name: string, shape: Shape, init: Initialiser): Slot {
    this.expectVacant(name)
    const slot = new Slot(kind, shape, init)
    this.ownSlots.set(name, slot)
    return slot
  }

  private expectVacant(name: string): void {
    if (name === '' || name.includes('.') || this.ownSlots.has(name) || this.ownChildren.has(name))
      throw new EbbflowError('argument', 'names within a module must be unique, not empty and without a dot', {
        received: `'${name}'`,
      })
  }

  /** Children by name, in declaration order. */
  get children(): ReadonlyMap<string, Module> {
    return this.ownChildren
  }

  /** Every slot of the tree by path; one that is shared is listed once, under its first path. */
  slots(): Map<string, Slot> {
    const found = new Map<string, Slot>()
    const seen = new Set<Slot>()
    this.walk('', new Set(), (path, module) => {
      for (const [name, slot] of module.ownSlots) {
        if (seen.has(slot)) continue
        seen.add(slot)
        found.set(join(path, name), slot)
      }
    })
    return found
  }

  /** The parameters of the tree by path. */
  parameters(): Map<string, Slot> {
    return filter(this.slots(), (slot) => slot.kind === 'parameter')
  }

  /** The parameters that training changes, by path. */
  trainable(): Map<string, Slot> {
    return filter(this.slots(), (slot) => slot.kind === 'parameter' && slot.trainable)
  }

  /** The path of a module in this tree (`''` for the tree itself), or undefined. */
  pathOf(module: Module): string | undefined {
    let found: string | undefined
    this.walk('', new Set(), (path, node) => {
      if (node === module) found ??= path
    })
    return found
  }

  private walk(path: string, seen: Set<Module>, visit: (path: string, module: Module) => void): void {
    if (seen.has(this)) return
    seen.add(this)
    visit(path, this)
    for (const [name, child] of this.ownChildren) child.walk(join(path, name), seen, visit)
  }

  /** Whether every slot of the tree has a value. */
  get initialised(): boolean {
    for (const slot of this.slots().values()) if (!slot.initialised) return false
    return true
  }

  /** Makes the initial values; each depends on the seed and its own path alone. */
  init(options: InitOptions = {}): this {
    const rng = Rng.seed(options.seed ?? 0)
    for (const [path, slot] of this.slots()) {
      if (options.onlyMissing && slot.initialised) continue
      tf.tidy(() => slot.assign(slot.initialiser(slot.shape, rng.split(path))))
    }
    return this
  }

  /**
   * Runs `body` with other values in the place of some parameters or states, then puts the module's own back.
   *
   * @throws EbbflowError `argument` for a path that the tree does not have, `shape` for a value of another shape.
   */
  withParameters<T>(values: ReadonlyMap<string, tf.Tensor> | Record<string, tf.Tensor>, body: () => T): T {
    const entries = values instanceof Map ? [...values] : Object.entries(values as Record<string, tf.Tensor>)
    const slots = this.slots()
    const undo: [Slot, tf.Tensor | undefined][] = []
    try {
      for (const [path, value] of entries) {
        const slot = slots.get(path)
        if (!slot)
          throw new EbbflowError('argument', 'no such parameter', {
            expected: [...slots.keys()].join(', '),
            received: path,
          })
        undo.push([slot, slot.override(value)])
      }
      return body()
    } finally {
      for (const [slot, before] of undo.reverse()) slot.override(before)
    }
  }

  /** Keeps training from changing this tree's parameters (or lets it again). */
  freeze(frozen = true): this {
    for (const slot of this.parameters().values()) slot.trainable = !frozen
    return this
  }

  /** A deep copy with slots of its own; what is neither module nor slot is shared. */
  clone(): this {
    return copyOf(this, new Map()) as this
  }

  /** Frees every value of the tree. */
  dispose(): void {
    for (const slot of this.slots().values()) slot.dispose()
  }

  /** The tree as a table for people: path, shape, number of values. */
  summary(): string {
    const rows = [...this.slots()].map(([path, slot]) => [
      path,
      showShape(slot.shape),
      String(sizeOf(slot.shape)),
      slot.kind === 'state' ? 'state' : slot.trainable ? '' : 'frozen',
    ])
    const head = ['name', 'shape', 'values', '']
    const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)))
    const line = (r: string[]) =>
      r
        .map((cell, i) => (i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd()
    const total = [...this.parameters().values()].reduce((sum, slot) => sum + sizeOf(slot.shape), 0)
    return [line(head), ...rows.map(line), `${total} parameters`].join('\n')
  }
}

/** Copies modules, slots, arrays, maps and plain records of them; classes of others' making and functions are shared. */
function copyOf(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (copies.has(value)) return copies.get(value)
  const keep = <T>(copy: T): T => {
    copies.set(value, copy)
    return copy
  }
  if (value instanceof Slot) return keep(value.clone())
  if (Array.isArray(value)) {
    const copy: unknown[] = keep([])
    for (const item of value) copy.push(copyOf(item, copies))
    return copy
  }
  if (value instanceof Map) {
    const copy = keep(new Map())
    for (const [k, v] of value) copy.set(k, copyOf(v, copies))
    return copy
  }
  const plain = Object.getPrototypeOf(value) === Object.prototype
  if (!plain && !(value instanceof Module)) return value
  const copy = keep(Object.create(Object.getPrototypeOf(value)) as Record<string, unknown>)
  for (const [k, v] of Object.entries(value)) copy[k] = copyOf(v, copies)
  return copy
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const filter = (slots: Map<string, Slot>, keep: (slot: Slot) => boolean): Map<string, Slot> =>
  new Map([...slots].filter(([, slot]) => keep(slot)))
