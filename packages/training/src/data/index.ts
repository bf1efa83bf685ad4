export { type ColumnChoice, parseChoice } from './choice.js'
export {
  type ColumnTransform,
  ColumnTransformSchema,
  describeColumn,
  parsePreprocessing,
  type Step,
  standardisedOffset,
} from './columns.js'
export type { Lattice } from './lattice.js'
export { fitPreprocessing, fromModel, type ModelRows, type PreprocessingOptions, toModel } from './preprocess.js'
export { type Split, splitRows } from './split.js'
export { locateRow, pickColumns, type Table } from './table.js'
