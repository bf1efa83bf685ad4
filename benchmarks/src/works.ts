/** What a model does in a work. */
export type Kind = 'step' | 'gradients' | 'logProb' | 'sample' | 'forward' | 'inverse' | 'compile'

/** A piece of work that every contender does in its own way; it travels to them as it is. */
export interface Work {
  readonly name: string
  /** For people. */
  readonly what: string
  readonly model: 'realnvp' | 'nsf' | 'maf' | 'glow' | 'emerging'
  readonly kind: Kind
  readonly rows: number
  /** Shape of one data point. */
  readonly event: readonly number[]
  readonly layers: number
  /** Done once in a fresh process each round. */
  readonly fresh?: boolean
}

const MODELS = {
  realnvp2: { title: 'RealNVP-2', model: 'realnvp', event: [2], layers: 8 },
  nsf2: { title: 'NSF-2', model: 'nsf', event: [2], layers: 8 },
  maf64: { title: 'MAF-64', model: 'maf', event: [64], layers: 5 },
  emerging: { title: 'emerging convolution, 16×16×12', model: 'emerging', event: [16, 16, 12], layers: 1 },
  glow28: { title: 'Glow-28', model: 'glow', event: [28, 28, 1], layers: 4 },
} as const

const VERBS: Readonly<Record<Kind, string>> = {
  step: 'training step with Adam, batch',
  gradients: 'loss and gradients without an update, batch',
  logProb: 'densities, rows',
  sample: 'samples of given noise, rows',
  forward: 'forward, batch',
  inverse: 'inverse, batch',
  compile: 'compiling the training step, batch',
}

const work = (id: keyof typeof MODELS, kind: Kind, rows: number, suffix = ''): Work => {
  const { title, ...model } = MODELS[id]
  return {
    name: `${id}-${kind.toLowerCase()}${suffix}`,
    what: `${title}: ${VERBS[kind]} ${rows.toLocaleString('en')}`,
    kind,
    rows,
    ...model,
  }
}

const byRows = (id: keyof typeof MODELS, kind: Kind, ...rows: number[]): Work[] =>
  rows.map((n) => work(id, kind, n, `-${n}`))

/**
 * RealNVP-2 and NSF-2: 8 couplings, affine or splines of 8 bins, with conditioners of 64×64 ReLU. MAF-64: 5 layers of 256×256. Glow-28: 2
 * levels of 4 steps, 32 hidden channels.
 */
export const WORKS: readonly Work[] = [
  work('realnvp2', 'step', 256),
  work('realnvp2', 'gradients', 256),
  ...byRows('realnvp2', 'logProb', 256, 65_536),
  ...byRows('realnvp2', 'sample', 256, 65_536),
  work('realnvp2', 'compile', 256),
  { ...work('realnvp2', 'compile', 256, '-first'), what: 'RealNVP-2: the same, first thing in a process', fresh: true },
  work('nsf2', 'step', 256),
  ...byRows('nsf2', 'logProb', 256, 65_536),
  ...byRows('nsf2', 'sample', 256, 65_536),
  work('maf64', 'step', 256),
  ...byRows('maf64', 'logProb', 4096, 65_536),
  ...byRows('maf64', 'sample', 4096),
  work('emerging', 'forward', 32),
  work('emerging', 'inverse', 32),
  work('glow28', 'step', 64),
  work('glow28', 'logProb', 64),
  work('glow28', 'sample', 64),
]
