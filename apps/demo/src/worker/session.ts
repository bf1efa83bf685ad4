import { sizeOf, tensor } from '@ebbflow/core'
import { type Flow, layersOf } from '@ebbflow/flows'
import { type ColumnTransform, type OptimiserState, parsePreprocessing, standardisedOffset } from '@ebbflow/training'
import * as tf from '@tensorflow/tfjs-core'
import { evaluate } from '../model/expression.js'
import { described, type Prepared, placed, prepare, unplaced } from './data.js'
import { Programs } from './programs.js'
import type { Checkpoint, Columns, Message, Opened, Opening } from './protocol.js'
import { scopeOf } from './scope.js'
import { Trainer } from './trainer.js'

/** Rows that layers which set themselves from data see. */
const FIRST_ROWS = 1024

/** One flow on one set of data. */
export class Session {
  readonly programs: Programs
  readonly trainer: Trainer

  private constructor(
    readonly flow: Flow,
    readonly columns: Columns,
    readonly data: Prepared,
    readonly seed: number,
    say: (message: Message) => void,
    from: { step: number; optimiser: OptimiserState | undefined },
  ) {
    this.programs = new Programs(flow)
    this.trainer = new Trainer(flow, this.programs, data, seed, say, from)
  }

  static async open({ data, model, seed, checkpoint }: Opening, say: (message: Message) => void): Promise<Session> {
    if (checkpoint) return Session.resume(data, seed, checkpoint, say)
    const prepared = prepare(data, seed)
    const flow = evaluate(model, await scopeOf(model)) as Flow
    if (sizeOf(flow.eventShape) !== data.names.length)
      throw new Error(`the model is one of ${sizeOf(flow.eventShape)} columns, and the data have ${data.names.length}`)
    flow.init({ seed })
    tf.tidy(() => {
      const rows = prepared.train.slice(0, FIRST_ROWS * data.names.length)
      flow.initialise(tensor(rows, [rows.length / data.names.length, data.names.length]))
    })
    return new Session(flow, data, prepared, seed, say, { step: 0, optimiser: undefined })
  }

  /** A flow from a model file on given data: those that it was saved with, or others of the same columns. */
  static async resume(
    data: Columns,
    seed: number,
    { model, step, optimiser }: Checkpoint,
    say: (message: Message) => void,
  ): Promise<Session> {
    const { loadFlow } = await import('./files.js')
    const { flow, file } = loadFlow(model)
    if (flow.context > 0) throw new Error('the model is conditional, and the studio has no context to give it')
    const transforms = file.preprocessing === null ? undefined : parsePreprocessing(file.preprocessing)
    const width = sizeOf(flow.eventShape)
    if (width !== data.names.length)
      throw new Error(`the model is one of ${width} columns, and the data have ${data.names.length}`)
    const renamed = transforms?.map((column, i): ColumnTransform => ({ ...column, name: data.names[i]! }))
    const prepared = prepare(data, seed, renamed)
    return new Session(flow as Flow, data, prepared, seed, say, { step: step ?? file.training.steps ?? 0, optimiser })
  }

  get width(): number {
    return this.columns.names.length
  }

  opened(): Opened {
    const { flow, data, width } = this
    return {
      dimensions: width,
      parameters: [...flow.parameters().values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      layers: layersOf(flow.bijector, 'bijector').map(({ path, bijector }) => ({ path, type: typeOf(bijector) })),
      columns: described(data.transforms),
      notes: data.notes,
      rows: { train: data.train.length / width, held: data.held.length / width },
      step: this.trainer.step,
      exact: !flow.estimated,
      unit: standardisedOffset(data.transforms),
    }
  }

  /** log p in data units of places in data units. */
  logProb(columns: readonly Float64Array[]): Float64Array {
    const { values, logDet } = placed(this.data.transforms, columns)
    const logProb = this.programs.logProb(Float32Array.from(values))
    return logDet.map((volume, i) => (volume === -Infinity ? -Infinity : logProb[i]! + volume))
  }

  samples(count: number, seed: number): Float32Array {
    return unplaced(this.data.transforms, this.programs.fromNoise(this.programs.noise(count, seed)), true)
  }

  async save(recipe: string): Promise<Uint8Array<ArrayBuffer>> {
    const { saveFlow } = await import('./files.js')
    const { train, held } = this.opened().rows
    return saveFlow(this.flow, {
      preprocessing: { columns: this.data.transforms },
      seed: this.seed,
      training: { steps: this.trainer.step, backend: 'wasm', recipe, rows: { train, validation: held, test: 0 } },
    })
  }

  async checkpoint(): Promise<Checkpoint> {
    const model = await this.save('')
    // training does not go on between here and the answer's posting
    return { model, step: this.trainer.step, optimiser: this.trainer.optimiser }
  }

  async close(): Promise<void> {
    await this.trainer.pause()
    this.programs.dispose()
    this.flow.dispose()
  }
}

/** The name of a layer's type in files. */
export const typeOf = (layer: object): string => (layer.constructor as unknown as { type: string }).type
