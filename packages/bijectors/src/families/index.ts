export { type AffineFamilyOptions, affine, affineType } from './affine.js'
export { type Family, type FamilyParameters, type Interval, LINE, rawSize } from './family.js'
export { type RationalQuadraticOptions, rationalQuadratic, rationalQuadraticType } from './rational-quadratic.js'
export { shift, shiftType } from './shift.js'
