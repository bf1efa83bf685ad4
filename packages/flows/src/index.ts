export { BLOCK, type DensitiesOptions, type DrawOptions, densities, draw, type Rows, table } from './arrays.js'
export { type BitsPerDimOptions, bitsPerDim } from './bits.js'
export { Dequantised, type DequantisedOptions, type ElboOptions } from './dequantise/dequantised.js'
export { type ImageLogitOptions, imageLogit } from './dequantise/image-logit.js'
export { type DequantisationNoise, Dequantiser, UniformDequantiser } from './dequantise/noise.js'
export {
  type ImageDequantiserOptions,
  VariationalDequantiser,
  type VariationalDequantiserOptions,
  variationalDequantiser,
} from './dequantise/variational.js'
export * from './file/index.js'
export { type EstimateOptions, Flow, type FlowOptions, type SampleArguments, type With } from './flow.js'
export { JointFlow, type JointFlowOptions, labelCounts } from './joint.js'
export type { AutoregressiveRecipeOptions } from './recipes/autoregressives.js'
export { learnableNormal, type NormalMixtureOptions, normalMixture } from './recipes/bases.js'
export { type EmergingFlowOptions, emerging } from './recipes/emerging.js'
export { type FFJORDRecipeOptions, ffjord } from './recipes/ffjord.js'
export { type GlowOptions, glow } from './recipes/glow.js'
export { type IAFOptions, iaf } from './recipes/iaf.js'
export type { ImageRecipeOptions } from './recipes/images.js'
export { type MAFOptions, maf } from './recipes/maf.js'
export { type NCSFOptions, ncsf } from './recipes/ncsf.js'
export { type NiceOptions, nice } from './recipes/nice.js'
export {
  type NSFAutoregressiveOptions,
  type NSFCouplingOptions,
  type NSFOptions,
  nsf,
  type SplineOptions,
} from './recipes/nsf.js'
export { type CouplingRecipeOptions, standardNormal } from './recipes/options.js'
export { type PlanarFlowOptions, planar } from './recipes/planar.js'
export { type RealNVPImageOptions, type RealNVPOptions, realNVP } from './recipes/real-nvp.js'
export { iResNet, type ResidualImageOptions, type ResidualOptions, residual } from './recipes/residual.js'
export type { ClosedForm } from './recipes/stacked.js'
export { type SylvesterFlowOptions, sylvester } from './recipes/sylvester.js'
export { standardRegistry, standardTypes } from './registry.js'
export { type Toy, type ToyName, toys } from './toys.js'
export * from './verify/index.js'
export { type Conditional, type FlowSampleOptions, FlowView } from './view.js'
