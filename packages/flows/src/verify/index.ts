export { type CubatureOptions, cubature, type Integral, type Integrand } from './cubature.js'
export { type Mass, type MassOptions, massOf } from './mass.js'
export type { FlowReport, LayerReport, Soundness } from './report.js'
export { type VerifyOptions, verify } from './verify.js'
