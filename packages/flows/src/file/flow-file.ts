import { build, describe, EbbflowError, type Json, type Module, type Registry, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Dequantised } from '../dequantise/dequantised.js'
import { Flow } from '../flow.js'
import { JointFlow } from '../joint.js'
import { standardRegistry } from '../registry.js'
import { type ModelFile, readModel, type TrainingSummary, writeModel } from './model-file.js'

/** What goes into a model file beside the model. */
export interface FlowFileParts {
  /** How columns become the flow's inputs. Default null: as they are. */
  preprocessing?: unknown
  /** Seed of the fit. Default 0. */
  seed?: number | string
  training?: TrainingSummary
}

/**
 * A flow, a joint model or a model of quantised data as the bytes of a model file: safetensors with the architecture, the preprocessing and
 * the seed as JSON in its metadata. Values are held in single precision.
 *
 * @throws EbbflowError `unsupported` for a flow that holds a function, `not-initialised` for one without values.
 * @example
 * ```ts
 * const saved = saveFlow(flow)
 * const again = loadFlow(saved).flow
 * ```
 */
export function saveFlow(
  flow: Flow | Flow<tf.Tensor> | JointFlow | Dequantised,
  parts: FlowFileParts = {},
): Uint8Array<ArrayBuffer> {
  const tensors = new Map(
    [...flow.slots()].map(([path, slot]) => [
      path,
      { shape: slot.shape, data: Float32Array.from(slot.value.dataSync()) },
    ]),
  )
  const { preprocessing = null, seed = 0, training = {} } = parts
  return writeModel({ model: describe(flow), preprocessing, seed, training, tensors })
}

/**
 * The flow of a model file, with its parameters and states, and what stands beside it. Builds only types of the registry, and runs no
 * code from the file.
 *
 * @throws EbbflowError `file` for bytes that are no model file, hold another kind of model, name types that the registry lacks, or whose arrays do
 * not fit the model.
 */
export function loadFlow(
  bytes: ArrayBuffer | Uint8Array,
  registry: Registry = standardRegistry(),
): { flow: Flow | Flow<tf.Tensor>; file: ModelFile } {
  const { model: flow, file } = load(bytes, registry, FLOW)
  return { flow, file }
}

/**
 * The joint model of a model file, as {@link loadFlow} gives flows.
 *
 * @throws EbbflowError `file`, as {@link loadFlow}.
 * @example
 * ```ts
 * const joint = new JointFlow({ flow: realNVP({ dimensions: 2, context: 3 }) }).init()
 * const again = loadJointFlow(saveFlow(joint)).joint
 * ```
 */
export function loadJointFlow(
  bytes: ArrayBuffer | Uint8Array,
  registry: Registry = standardRegistry(),
): { joint: JointFlow; file: ModelFile } {
  const { model: joint, file } = load(bytes, registry, JOINT)
  return { joint, file }
}

/**
 * The model of quantised data of a model file, as {@link loadFlow} gives flows.
 *
 * @throws EbbflowError `file`, as {@link loadFlow}.
 * @example
 * ```ts
 * const digits = new Dequantised({ flow: glow({ image: [4, 4, 1], width: 8 }), levels: 16 }).init()
 * const again = loadDequantised(saveFlow(digits)).dequantised
 * ```
 */
export function loadDequantised(
  bytes: ArrayBuffer | Uint8Array,
  registry: Registry = standardRegistry(),
): { dequantised: Dequantised; file: ModelFile } {
  const { model: dequantised, file } = load(bytes, registry, DEQUANTISED)
  return { dequantised, file }
}

/** A kind of model, what people call it, and what loads it. */
interface Kind<M extends Module> {
  readonly name: string
  readonly loader: string
  readonly is: (model: unknown) => model is M
}

const FLOW: Kind<Flow> = { name: 'a flow', loader: 'loadFlow', is: (model) => model instanceof Flow }
const JOINT: Kind<JointFlow> = {
  name: 'a joint model',
  loader: 'loadJointFlow',
  is: (model) => model instanceof JointFlow,
}
const DEQUANTISED: Kind<Dequantised> = {
  name: 'a model of quantised data',
  loader: 'loadDequantised',
  is: (model) => model instanceof Dequantised,
}

function load<M extends Module>(
  bytes: ArrayBuffer | Uint8Array,
  registry: Registry,
  wanted: Kind<M>,
): { model: M; file: ModelFile } {
  const file = readModel(bytes)
  const model = build(file.model as Json, registry)
  if (!wanted.is(model)) {
    const found = [FLOW, JOINT, DEQUANTISED].find((kind) => kind.is(model))
    throw new EbbflowError('file', 'the model file holds another kind of model', {
      expected: wanted.name,
      received: found ? `${found.name}, which ${found.loader} loads` : String((file.model as { type?: unknown }).type),
    })
  }
  fill(model, file)
  return { model, file }
}

/** Puts a file's arrays in the places that they have in the model. */
function fill(model: Module, file: ModelFile): void {
  const slots = model.slots()
  for (const path of file.tensors.keys())
    if (!slots.has(path)) throw new EbbflowError('file', 'an array that the model has no place for', { received: path })
  for (const [path, slot] of slots) {
    const stored = file.tensors.get(path)
    if (!stored) throw new EbbflowError('file', 'the model file lacks an array', { expected: path })
    if (stored.shape.join() !== slot.shape.join())
      throw new EbbflowError('file', `the array ${path} has another shape`, {
        expected: `[${slot.shape.join(', ')}]`,
        received: `[${stored.shape.join(', ')}]`,
      })
    tf.tidy(() => slot.assign(tensor(stored.data, slot.shape)))
  }
}
