export { type Calibration, type CalibrationOptions, calibration, type Pit, type Quantiles } from './data/calibration.js'
export { type Contour, contours, densityRegions, type Region } from './data/contours.js'
export {
  type Corner,
  type CornerAxis,
  type CornerColumn,
  type CornerOptions,
  type CornerPair,
  corner,
} from './data/corner.js'
export {
  type Curve,
  type DensityGrid,
  densityGrid,
  densityGridOf,
  gridMarginals,
  type LogDensity,
  massLevels,
} from './data/density.js'
export { type Extent, type ExtentOptions, extentOf, type Range, type RangeOptions, rangeOf } from './data/extent.js'
export { type Field, fieldOf, type GridOptions, gridPoints, valueAt } from './data/field.js'
export {
  type Histogram,
  histogram,
  type KernelDensityOptions,
  kernelDensity,
  type Marginal,
  type MarginalsOptions,
  marginals,
  type PointDensityOptions,
  pointDensity,
} from './data/histogram.js'
export { chainProduct, type Matrix, type Structure, structureOf } from './data/jacobian.js'
export {
  type LayerMap,
  type LayerPath,
  type LogDetFields,
  layerPath,
  logDetField,
  logDetFields,
  pathAt,
  type Trajectory,
  trajectory,
} from './data/layers.js'
export { type GridLinesOptions, gridLines, type Lines, trajectoryLines } from './data/lines.js'
export { downsampled, type Series, smoothed } from './data/loss.js'
export { chiSquareCdf, chiSquareQuantile } from './data/quantiles.js'
