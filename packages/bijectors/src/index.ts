export {
  MaskedAutoregressive,
  type MaskedAutoregressiveOptions,
} from './autoregressive/masked-autoregressive.js'
export type { Order } from './autoregressive/order.js'
export { parameterSizes } from './autoregressive/plan.js'
export { Chain } from './compose/chain.js'
export { Inverse } from './compose/inverse.js'
export * from './conditioners/index.js'
export { Coupling, type CouplingOptions, couplingSizes } from './coupling/coupling.js'
export {
  ImageCoupling,
  type ImageCouplingOptions,
  type ImageMask,
  imageCouplingSizes,
} from './coupling/image-coupling.js'
export { Affine, type AffineOptions } from './elementwise/affine.js'
export { Elementwise, type ElementwiseOptions } from './elementwise/elementwise.js'
export { Exp } from './elementwise/exp.js'
export { Logit } from './elementwise/logit.js'
export { Sigmoid } from './elementwise/sigmoid.js'
export { Softplus } from './elementwise/softplus.js'
export { Tanh } from './elementwise/tanh.js'
export * from './families/index.js'
export { Emerging, type EmergingOptions } from './image/emerging.js'
export { Squeeze, type SqueezeOptions } from './image/squeeze.js'
export { ActNorm, type ActNormOptions } from './linear/act-norm.js'
export { Householder, type HouseholderOptions } from './linear/householder.js'
export { InvertibleConvolution, type InvertibleConvolutionOptions } from './linear/invertible-convolution.js'
export { LULinear, type LULinearOptions } from './linear/lu-linear.js'
export type { Positive } from './linear/packed-lu.js'
export { Permutation } from './linear/permutation.js'
export { Reverse } from './linear/reverse.js'
export { InvertibleResidual, type InvertibleResidualOptions } from './residual/invertible-residual.js'
export { LipschitzMLP, type LipschitzMLPOptions } from './residual/lipschitz-mlp.js'
export type { ResidualLogDet, RouletteOptions } from './residual/log-det.js'
export { Planar, type PlanarOptions } from './residual/planar.js'
export type { Pointwise } from './residual/pointwise.js'
export { Radial, type RadialOptions } from './residual/radial.js'
export type { SmoothActivation } from './residual/smooth-activation.js'
export type { PowerIterationOptions } from './residual/spectral.js'
export { Sylvester, type SylvesterOptions } from './residual/sylvester.js'
