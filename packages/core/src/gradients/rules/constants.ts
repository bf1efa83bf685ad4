import { flat, flatIn } from '../rule.js'

/** Outputs that do not depend on the values of the input. */
export const constants = [flat('ZerosLike'), flat('OnesLike'), flatIn('OneHot', 'indices')]
