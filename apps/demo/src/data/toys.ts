import { type ToyName, toys } from '@ebbflow/flows'
import type { Source } from './source.js'

const ROWS = 20_000

const TITLES: Record<ToyName, string> = {
  twoMoons: 'Two moons',
  eightGaussians: 'Eight Gaussians',
  checkerboard: 'Checkerboard',
  spirals: 'Two spirals',
  rings: 'Rings',
  pinwheel: 'Pinwheel',
}

export const toyNames = Object.keys(TITLES) as ToyName[]
export const isToy = (name: string): name is ToyName => Object.hasOwn(TITLES, name)
export const toyTitle = (name: ToyName): string => TITLES[name]

/** Rows of a toy, with the entropy that a perfect model's likelihood comes to. */
export function toySource(name: ToyName, seed: number): Source {
  const rows = toys[name].sample(ROWS, { seed })
  return {
    title: TITLES[name],
    about: toys[name].description,
    names: ['x', 'y'],
    columns: [0, 1].map((axis) => Float64Array.from({ length: ROWS }, (_, i) => rows[2 * i + axis]!)),
    treatment: 'plain',
    entropy: toys[name].entropy,
  }
}
