/** What needs no tensors: errors, and special functions of plain numbers. Importing it loads nothing of tfjs. */
export { check, EbbflowError, type ErrorCode, type ErrorDetails } from './errors.js'
export { betainc } from './special/scalar/betainc.js'
export { gammainc } from './special/scalar/gammainc.js'
export { ndtr, ndtri } from './special/scalar/normal.js'
