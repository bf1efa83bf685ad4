import * as tf from '@tensorflow/tfjs-core'
import { alike, type Call, Live } from './calls.js'
import { type EngineParts, engineParts } from './engine.js'
import { same } from './exact.js'
import { Unrecordable, VIEWS } from './recordable.js'

/** Thrown where a rehearsed function does something else than it did before. */
export class Digression extends Unrecordable {
  readonly call: number
  readonly what: string
  constructor(call: number, what: string) {
    super(what)
    this.call = call
    this.what = what
  }
}

/** Thrown where a rehearsed function asks for numbers, of which there are none. */
class Numberless extends Unrecordable {
  constructor() {
    super('a tensor of a rehearsal has no numbers: the function that made it was only looked at')
  }
}

/** Holds tensors without numbers. */
class Nowhere extends tf.KernelBackend {
  readonly #references = new Map<object, number>()
  /** How often it has been asked for numbers. */
  asked = 0

  override incRef(dataId: tf.DataId): void {
    this.#references.set(dataId, this.refCount(dataId) + 1)
  }

  override disposeData(dataId: tf.DataId): boolean {
    const left = this.refCount(dataId) - 1
    if (left > 0) this.#references.set(dataId, left)
    else this.#references.delete(dataId)
    return left <= 0
  }

  override refCount(dataId: tf.DataId): number {
    return this.#references.get(dataId) ?? 0
  }

  override readSync(): never {
    this.asked += 1
    throw new Numberless()
  }

  override read(): never {
    return this.readSync()
  }
}

const NOWHERE = new Nowhere()

/**
 * A run of a function once more in which kernels compute nothing: what they would give has the shapes that the run before had, and no
 * numbers. Kernels that are given constants alone do run, for their results are a part of the graph.
 */
export class Rehearsal {
  readonly #engine = engineParts()
  readonly #before: readonly Call[]
  readonly #live: Live
  readonly #asked = NOWHERE.asked
  #assigned = false
  #next = 0
  #digression: Digression | undefined

  constructor(before: readonly Call[]) {
    this.#before = before
    this.#live = new Live(this.#engine, [])
  }

  /** A tensor like another, without its numbers. */
  standFor(x: tf.Tensor): tf.Tensor {
    return this.#made(x)
  }

  /** Whether it came to where there must be numbers, so that it tells nothing. */
  get stuck(): boolean {
    return this.#assigned || NOWHERE.asked !== this.#asked
  }

  /** Where it left what came before. */
  get digression(): Digression | undefined {
    return this.#digression
  }

  /** Told that the function has come to its end, which is too soon where more came before. */
  end(): void {
    if (this.#next < this.#before.length) this.#digress('the number of its operations')
  }

  /** An iteration, which never came before. */
  iterates(): never {
    throw this.#digress('the number of its operations')
  }

  #digress(what: string): Digression {
    this.#digression ??= new Digression((this.#before[this.#next] ?? this.#before.at(-1))?.call ?? 0, what)
    return this.#digression
  }

  /** Runs a kernel, or does all but that of what the engine does when it runs one. */
  run(
    run: EngineParts['runKernel'],
    kernel: string,
    inputs: tf.NamedTensorMap,
    attrs?: tf.NamedAttrMap,
  ): tf.Tensor | tf.Tensor[] {
    if (!this.#live.reach(inputs)) return run.call(this.#engine, kernel, inputs, attrs)
    const taped = this.#engine.isTapeOn()
    const given = this.#result(kernel, inputs, attrs ?? {})
    if (taped) this.#tape(kernel, inputs, Array.isArray(given) ? given : [given], attrs)
    return given
  }

  #tape(kernel: string, inputs: tf.NamedTensorMap, outputs: tf.Tensor[], attrs: tf.NamedAttrMap | undefined): void {
    const engine = this.#engine
    let saved: tf.Tensor[]
    engine.state.kernelDepth++
    try {
      saved = engine.saveTensorsForBackwardMode(engine.getTensorsForGradient(kernel, inputs, outputs))
    } finally {
      engine.state.kernelDepth--
    }
    engine.addTapeNode(kernel, inputs, outputs, null, saved, attrs)
  }

  #result(kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor | tf.Tensor[] {
    if (VIEWS.has(kernel)) {
      const x = inputs.x!
      const shape = kernel === 'Reshape' ? tf.util.inferFromImplicitShape(attrs.shape as number[], x.size) : x.shape
      return this.#sharing(x, { shape, dtype: x.dtype })
    }
    const call = this.#before[this.#next]
    if (!call) throw this.#digress('the number of its operations')
    if (call.kernel !== kernel || !same(call.attrs, attrs) || !alike(call.inputs, inputs))
      throw this.#digress(`its operation ${call.kernel}`)
    this.#next += 1
    const { given, shared } = call
    const output = (like: tf.Tensor, i: number): tf.Tensor => {
      const of = shared?.[i]
      return of === undefined ? this.#made(like) : this.#sharing(inputs[of]!, like)
    }
    return Array.isArray(given) ? given.map(output) : output(given, 0)
  }

  #made({ shape, dtype }: Pick<tf.Tensor, 'shape' | 'dtype'>): tf.Tensor {
    const dataId = {}
    NOWHERE.incRef(dataId)
    const tensor = this.#engine.makeTensorFromTensorInfo({ dataId, shape, dtype }, NOWHERE)
    this.#live.add(tensor)
    return tensor
  }

  #sharing({ dataId }: tf.Tensor, { shape, dtype }: Pick<tf.Tensor, 'shape' | 'dtype'>): tf.Tensor {
    const { backend } = this.#engine.state.tensorInfo.get(dataId)!
    backend.incRef(dataId)
    return this.#engine.makeTensorFromTensorInfo({ dataId, shape, dtype }, backend)
  }

  /** Runs a function, and keeps it from leaving a variable without numbers. */
  guard<T>(run: () => T): T {
    const { prototype } = tf.Variable
    const { assign } = prototype
    prototype.assign = () => {
      this.#assigned = true
      throw new Numberless()
    }
    try {
      return run()
    } finally {
      prototype.assign = assign
    }
  }
}
