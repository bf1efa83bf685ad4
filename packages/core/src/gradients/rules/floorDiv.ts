import { flatIn } from '../rule.js'

/** ⌊a / b⌋ is constant between its jumps. */
export const floorDiv = flatIn('FloorDiv', 'a', 'b')
