import type { Cost } from '@ebbflow/core'

/** The dearest of some costs. */
export const worst = (costs: readonly Cost[]): Cost =>
  costs.includes('iterative') ? 'iterative' : costs.includes('sequential') ? 'sequential' : 'closed'
