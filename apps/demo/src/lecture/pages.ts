import type { ComponentType } from 'preact'

/** A page of the lecture. */
export interface LecturePage {
  /** Its name in the address. */
  readonly slug: string
  readonly title: string
  /** What it shows, in a sentence. */
  readonly summary: string
  load(): Promise<ComponentType>
}

/** The lecture, in its order. */
export const pages: readonly LecturePage[] = [
  {
    slug: 'densities',
    title: 'Generative models',
    summary: 'Conditional, joint and discriminative densities, and the two uses of a model: drawing and judging.',
    load: () => import('./densities/page.js').then(({ Densities }) => Densities),
  },
  {
    slug: 'likelihood',
    title: 'Maximum likelihood',
    summary: 'A model is as good as the probability it gives to the data. Climb to the best one.',
    load: () => import('./likelihood/page.js').then(({ Likelihood }) => Likelihood),
  },
]
