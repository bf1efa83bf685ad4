export { type BijectorContractOptions, bijectorContract } from './bijector-contract.js'
export { type Domain, drawIn, drawTensor, REALS } from './inputs.js'
export { exactLogDet, logAbsDet } from './reference.js'
export { epsilon, expectAgreement, tolerance } from './tolerance.js'
