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
  {
    slug: 'cdf',
    title: 'Sampling by the CDF',
    summary: 'Draw a density with your hand, and drop uniform numbers through F⁻¹ to sample from it.',
    load: () => import('./cdf/page.js').then(({ CdfSampling }) => CdfSampling),
  },
  {
    slug: 'generative',
    title: 'Generative networks',
    summary: 'A simple distribution through a non-linear map, and what goes wrong when the map folds.',
    load: () => import('./generative/page.js').then(({ Generative }) => Generative),
  },
  {
    slug: 'chain',
    title: 'Flow models',
    summary: 'A chain of invertible functions is invertible. Build one, and run it forwards and back.',
    load: () => import('./chain/page.js').then(({ ChainPage }) => ChainPage),
  },
  {
    slug: 'jacobian',
    title: 'The Jacobian',
    summary: 'Close enough, every smooth map is linear: the matrix of its partial derivatives.',
    load: () => import('./jacobian/page.js').then(({ JacobianPage }) => JacobianPage),
  },
  {
    slug: 'determinant',
    title: 'The determinant',
    summary: 'By how much a linear map scales areas. Drag the columns of a matrix and see.',
    load: () => import('./determinant/page.js').then(({ DeterminantPage }) => DeterminantPage),
  },
  {
    slug: 'change',
    title: 'Change of variables',
    summary: 'Probability is neither made nor lost: where a map stretches space, the density falls.',
    load: () => import('./change/page.js').then(({ ChangePage }) => ChangePage),
  },
  {
    slug: 'composition',
    title: 'Normalizing flows',
    summary: 'The log-density of a chain is a sum, a term a layer. Follow a point through a flow trained here.',
    load: () => import('./composition/page.js').then(({ CompositionPage }) => CompositionPage),
  },
  {
    slug: 'triangular',
    title: 'Triangular Jacobians',
    summary: 'Why layers are built so that the determinant is the product of a diagonal.',
    load: () => import('./triangular/page.js').then(({ TriangularPage }) => TriangularPage),
  },
  {
    slug: 'layers',
    title: 'Layers',
    summary: 'The field’s layers, each live: formula, log-determinant, and the grid that it warps.',
    load: () => import('./layers/page.js').then(({ LayersPage }) => LayersPage),
  },
  {
    slug: 'training',
    title: 'Training a flow',
    summary: 'All of it at once: a flow learns a distribution while you watch.',
    load: () => import('./training/page.js').then(({ TrainingPage }) => TrainingPage),
  },
]
