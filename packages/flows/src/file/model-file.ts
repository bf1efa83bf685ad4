import { EbbflowError } from '@ebbflow/core'
import * as v from 'valibot'
import { readSafeTensors, type StoredTensor, writeSafeTensors } from './safetensors.js'

/** The version of the model file that this release writes and reads. */
export const MODEL_VERSION = '1'
const FORMAT = 'ebbflow'

const Layer = v.looseObject({ type: v.string(), config: v.optional(v.record(v.string(), v.unknown())) })
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const Training = v.looseObject({
  /** Optimiser steps taken, and the step whose parameters were kept. */
  steps: v.optional(Count),
  bestStep: v.optional(Count),
  seconds: v.optional(v.number()),
  backend: v.optional(v.string()),
  /** Rows of the training, validation and test parts. */
  rows: v.optional(v.object({ train: Count, validation: Count, test: Count })),
  /** Mean negative log-likelihoods in nats: in the data's units and in standardised ones. */
  testNll: v.optional(v.object({ data: v.number(), standardised: v.number() })),
  /** Log-densities of the training rows, in the data's units: `values[i]` is the quantile of level `levels[i]`. */
  quantiles: v.optional(v.object({ levels: v.array(v.number()), values: v.array(v.number()) })),
})

/** What is known about how a model was fitted; further keys are kept. */
export type TrainingSummary = v.InferOutput<typeof Training>

/** A model as its file holds it: architecture, preprocessing, seed and training summary as JSON, parameters and state as arrays. */
export interface ModelFile {
  /** The tree of layer types and options, as `describe` gives it. */
  readonly model: unknown
  /** How columns become model inputs; null when the model takes its inputs as they are. */
  readonly preprocessing: unknown
  readonly seed: number | string
  readonly training: TrainingSummary
  /** Parameters and states by path. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

const json = <S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return JSON.parse(dataset.value) as unknown
      } catch {
        addIssue({ message: 'not JSON' })
        return NEVER
      }
    }),
    schema,
  )

const Metadata = v.looseObject({
  model: json(Layer),
  preprocessing: json(v.union([v.null(), v.looseObject({})])),
  seed: json(v.union([v.number(), v.string()])),
  training: json(Training),
})

/**
 * Writes a model file: safetensors, with everything but the arrays as JSON in its metadata.
 *
 * @throws EbbflowError `argument` when the JSON parts hold NaN or ±∞.
 */
export function writeModel(file: ModelFile): Uint8Array<ArrayBuffer> {
  const { model, preprocessing, seed, training } = file
  return writeSafeTensors({
    metadata: {
      format: FORMAT,
      version: MODEL_VERSION,
      model: stringify(model, 'model'),
      preprocessing: stringify(preprocessing ?? null, 'preprocessing'),
      seed: stringify(seed, 'seed'),
      training: stringify(training, 'training'),
    },
    tensors: file.tensors,
  })
}

/**
 * Reads a model file and checks it against the schema. Runs no code from the file.
 *
 * @throws EbbflowError `file` when it is truncated, no model of ours, of another version, or not as the schema says.
 */
export function readModel(bytes: ArrayBuffer | Uint8Array): ModelFile {
  const { metadata, tensors } = readSafeTensors(bytes)
  if (metadata.format !== FORMAT)
    throw new EbbflowError('file', 'a safetensors file, but not an Ebbflow model', {
      expected: `format '${FORMAT}' in its metadata`,
      received: metadata.format === undefined ? 'none' : `'${metadata.format}'`,
    })
  if (metadata.version !== MODEL_VERSION)
    throw new EbbflowError('file', 'a model file of another version', {
      expected: `version ${MODEL_VERSION}`,
      received: metadata.version ?? 'none',
    })
  const parsed = v.safeParse(Metadata, metadata)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new EbbflowError(
      'file',
      `the model file's ${v.getDotPath(issue) ?? 'metadata'} is not valid: ${issue.message}`,
    )
  }
  const { model, preprocessing, seed, training } = parsed.output
  return { model, preprocessing, seed, training, tensors }
}

function stringify(value: unknown, what: string): string {
  return JSON.stringify(value, (key, item: unknown) => {
    // JSON would silently write null
    if (typeof item === 'number' && !Number.isFinite(item))
      throw new EbbflowError('argument', `the ${what} of a model file must hold finite numbers`, {
        received: `${item} for '${key}'`,
      })
    return item
  })
}
