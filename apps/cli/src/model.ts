import { readFile } from 'node:fs/promises'
import { EbbflowError } from '@ebbflow/core'
import { type Flow, loadFlow, type ModelFile, readModel } from '@ebbflow/flows'
import { type ColumnTransform, parsePreprocessing } from '@ebbflow/training'
import { readable } from './csv.js'
import { inFile } from './failure.js'

/** A model of columns: its flow and how columns become its inputs. */
export interface ColumnModel {
  readonly flow: Flow
  readonly columns: readonly ColumnTransform[]
  readonly file: ModelFile
}

/**
 * Reads a model file without building the flow.
 *
 * @throws EbbflowError `file` naming the file and what is wrong with it.
 */
export async function readModelFile(
  path: string,
): Promise<{ file: ModelFile; columns: ColumnTransform[]; bytes: Uint8Array }> {
  try {
    const bytes = await readFile(path)
    const file = readModel(bytes)
    if (file.preprocessing === null)
      throw new EbbflowError('file', 'the model does not say how columns become its inputs; fit it with `ebbflow fit`')
    return { file, bytes, columns: parsePreprocessing(file.preprocessing) }
  } catch (error) {
    throw inFile(path, readable(error, path))
  }
}

/** Reads a model file and builds its flow. */
export async function loadModel(path: string): Promise<ColumnModel> {
  const { columns, bytes } = await readModelFile(path)
  try {
    const { flow, file } = loadFlow(bytes)
    if (flow.context > 0 || flow.eventShape.length !== 1 || flow.eventShape[0] !== columns.length)
      throw new EbbflowError('file', 'the model is not one of its columns alone', {
        expected: `events of shape [${columns.length}] and no context`,
        received: `[${flow.eventShape}]${flow.context > 0 ? ` and a context of ${flow.context}` : ''}`,
      })
    return { flow: flow as Flow, columns, file }
  } catch (error) {
    throw inFile(path, error)
  }
}
