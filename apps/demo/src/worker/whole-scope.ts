import {
  ActNorm,
  Affine,
  affine,
  BatchNorm,
  bernstein,
  Chain,
  Coupling,
  composed,
  Elementwise,
  FFJORD,
  Householder,
  Inverse,
  InvertibleResidual,
  LipschitzMLP,
  LULinear,
  logisticMixture,
  MADE,
  MaskedAutoregressive,
  MLP,
  onLine,
  Permutation,
  Planar,
  parameterSizes,
  Radial,
  Reverse,
  rationalQuadratic,
  Sylvester,
  shift,
} from '@ebbflow/bijectors'
import { Independent, Normal } from '@ebbflow/distributions'
import { Flow, ffjord, iaf, maf, nice, nsf, planar, realNVP, residual, sylvester } from '@ebbflow/flows'

/** All that models in the studio are made of, by the names under which the packages export it. */
export const scope: Readonly<Record<string, unknown>> = {
  ...{ ActNorm, Affine, BatchNorm, Chain, Coupling, Elementwise, FFJORD, Householder, Inverse, InvertibleResidual },
  ...{ LipschitzMLP, LULinear, MADE, MaskedAutoregressive, MLP, Permutation, Planar, Radial, Reverse, Sylvester },
  ...{ affine, bernstein, composed, logisticMixture, onLine, parameterSizes, rationalQuadratic, shift },
  ...{ Independent, Normal },
  ...{ Flow, ffjord, iaf, maf, nice, nsf, planar, realNVP, residual, sylvester },
}
