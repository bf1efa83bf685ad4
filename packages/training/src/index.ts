export type { PerRow } from './batches/dataset.js'
export type { NumericArray, RowsLike } from './batches/rows.js'
export type { Stream, StreamBatch, Validation } from './batches/source.js'
export * from './data/index.js'
export { type EvaluateOptions, evaluate } from './evaluate.js'
export { fit } from './fit.js'
export type { ExtraLoss, LossBatch, Memory } from './loss.js'
export * from './optimiser/index.js'
export type {
  Engine,
  FitOptions,
  FitResult,
  HistoryEntry,
  Progress,
  StepEngine,
  Threads,
  TrainingState,
} from './options.js'
export { Run } from './run.js'
export * as schedules from './schedules.js'
export type { Trainable } from './trainable.js'
export type { Vector } from './vectors.js'
