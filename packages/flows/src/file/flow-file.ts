import { build, describe, EbbflowError, type Json, type Registry, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Flow } from '../flow.js'
import { standardRegistry } from '../registry.js'
import { type ModelFile, readModel, type TrainingSummary, writeModel } from './model-file.js'

/** What goes into a model file beside the flow. */
export interface FlowFileParts {
  /** How columns become the flow's inputs. Default null: as they are. */
  preprocessing?: unknown
  /** Seed of the fit. Default 0. */
  seed?: number | string
  training?: TrainingSummary
}

/**
 * A flow as the bytes of a model file: safetensors with the architecture, the preprocessing and the seed as JSON in its metadata.
 *
 * @throws EbbflowError `unsupported` for a flow that holds a function, `not-initialised` for one without values.
 * @example
 * ```ts
 * const saved = saveFlow(flow)
 * const again = loadFlow(saved).flow
 * ```
 */
export function saveFlow(flow: Flow | Flow<tf.Tensor>, parts: FlowFileParts = {}): Uint8Array<ArrayBuffer> {
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
 * @throws EbbflowError `file` for bytes that are no model file, name types that the registry lacks, or whose arrays do not fit the model.
 */
export function loadFlow(
  bytes: ArrayBuffer | Uint8Array,
  registry: Registry = standardRegistry(),
): { flow: Flow | Flow<tf.Tensor>; file: ModelFile } {
  const file = readModel(bytes)
  const flow = build(file.model as Json, registry)
  if (!(flow instanceof Flow))
    throw new EbbflowError('file', 'the model file does not hold a flow', {
      received: String((file.model as { type?: unknown }).type),
    })
  const slots = flow.slots()
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
  return { flow, file }
}
