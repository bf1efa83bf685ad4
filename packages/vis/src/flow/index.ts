export { type FlowJacobians, type JacobianOptions, jacobians } from './jacobians.js'
export { type FlowLayerMap, type LayerMapOptions, layerMaps } from './layers.js'
export { type LogDensityOptions, latents, logDensity } from './maps.js'
