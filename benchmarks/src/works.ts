/** A piece of work that every contender does in its own way. */
export interface Work {
  readonly name: string
  readonly what: string
  readonly flow: 'realnvp' | 'nsf' | 'maf'
  readonly kind: 'step' | 'logProb' | 'sample' | 'compile'
  readonly rows: number
  readonly dimensions: number
}

const density = (flow: 'realnvp' | 'nsf', kind: 'logProb' | 'sample', rows: number): Work => ({
  name: `${flow}2-${kind.toLowerCase()}-${rows}`,
  what: `${flow === 'nsf' ? 'NSF-2' : 'RealNVP-2'}: ${kind === 'sample' ? 'draws' : 'densities'} of ${rows} rows`,
  flow,
  kind,
  rows,
  dimensions: 2,
})

/** RealNVP-2: 8 affine couplings, conditioners of 64×64 ReLU. NSF-2: the same with splines of 8 bins. MAF-64: 5 layers of 256×256. */
export const WORKS: readonly Work[] = [
  {
    name: 'realnvp2-step',
    what: 'RealNVP-2: training step, batch 256, Adam',
    flow: 'realnvp',
    kind: 'step',
    rows: 256,
    dimensions: 2,
  },
  {
    name: 'nsf2-step',
    what: 'NSF-2: training step, batch 256, Adam',
    flow: 'nsf',
    kind: 'step',
    rows: 256,
    dimensions: 2,
  },
  {
    name: 'maf64-step',
    what: 'MAF-64: training step, batch 256, Adam',
    flow: 'maf',
    kind: 'step',
    rows: 256,
    dimensions: 64,
  },
  density('realnvp', 'logProb', 256),
  density('realnvp', 'logProb', 65536),
  density('realnvp', 'sample', 256),
  density('realnvp', 'sample', 65536),
  density('nsf', 'logProb', 256),
  density('nsf', 'logProb', 65536),
  {
    name: 'realnvp2-compile',
    what: 'RealNVP-2: compiling the training step',
    flow: 'realnvp',
    kind: 'compile',
    rows: 256,
    dimensions: 2,
  },
]

/** What a contender is told to do: a work, for so many seconds. */
export interface Order {
  readonly work: string
  readonly seconds: number
}

/** How long one run of a work took; undefined where the contender does not do it. */
export interface Timing {
  readonly ms?: number
  /** Time on all processors. */
  readonly cpuMs?: number
  readonly runs?: number
  readonly error?: string
}
