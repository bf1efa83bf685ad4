import { flat } from '../rule.js'

/** Ceil, Floor, Round, Sign and Step are constant between their jumps. */
export const rounding = ['Ceil', 'Floor', 'Round', 'Sign', 'Step'].map((name) => flat(name))
