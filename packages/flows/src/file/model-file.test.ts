import { expect, it } from 'vitest'
import { type ModelFile, readModel, writeModel } from './model-file.js'
import { readSafeTensors, writeSafeTensors } from './safetensors.js'

const model: ModelFile = {
  model: { type: 'Flow', config: { bijector: { type: 'Chain', config: { layers: [] } } } },
  preprocessing: { columns: [{ name: 'x', steps: [] }] },
  seed: 3,
  training: { steps: 10, testNll: { data: 4.5, standardised: 3.25 }, quantiles: { levels: [0, 1], values: [-9, -1] } },
  tensors: new Map([['bijector.0.shift', { shape: [2], data: new Float32Array([0.5, -1]) }]]),
}
const bytes = writeModel(model)
const content = readSafeTensors(bytes)
const changed = (key: string, value: string | undefined) => {
  const metadata = { ...content.metadata }
  if (value === undefined) delete metadata[key]
  else metadata[key] = value
  return writeSafeTensors({ ...content, metadata })
}

it('holds architecture, preprocessing, seed, training summary and arrays', () => {
  expect(readModel(bytes)).toEqual(model)
  expect(content.metadata).toMatchObject({ format: 'ebbflow', version: '1' })
  expect(readModel(writeModel({ ...model, preprocessing: null, seed: 'text' }))).toMatchObject({
    preprocessing: null,
    seed: 'text',
  })
})

it.each([
  [
    'another format',
    changed('format', 'pt'),
    /not an Ebbflow model: expected format 'ebbflow' in its metadata, got 'pt'/,
  ],
  ['no format', changed('format', undefined), /got none/],
  ['another version', changed('version', '2'), /of another version: expected version 1, got 2/],
  ['no version', changed('version', undefined), /of another version/],
  ['no model', changed('model', undefined), /model file's model is not valid/],
  ['a model that is not JSON', changed('model', '{'), /model file's model is not valid: not JSON/],
  ['a model without a type', changed('model', '{}'), /model file's model\.type is not valid/],
  ['a seed that is no seed', changed('seed', '[]'), /model file's seed is not valid/],
  ['a summary of another form', changed('training', '{"steps":-1}'), /model file's training\.steps is not valid/],
  ['a truncated file', bytes.subarray(0, bytes.length - 1), /the file is truncated/],
])('refuses %s', (_, file, message) => {
  expect(() => readModel(file)).toThrow(
    expect.objectContaining({ code: 'file', message: expect.stringMatching(message) }),
  )
})

it('refuses to write what JSON cannot hold', () => {
  expect(() => writeModel({ ...model, training: { seconds: Number.NaN } })).toThrow(
    /the training of a model file must hold finite numbers: got NaN for 'seconds'/,
  )
})
