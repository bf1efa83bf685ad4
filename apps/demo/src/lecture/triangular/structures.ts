import {
  affine,
  Chain,
  ConvNet,
  Coupling,
  couplingSizes,
  ImageCoupling,
  InvertibleResidual,
  imageCouplingSizes,
  LipschitzMLP,
  MADE,
  MaskedAutoregressive,
  MLP,
  parameterSizes,
  Reverse,
} from '@ebbflow/bijectors'
import type { Bijector } from '@ebbflow/core'
import { carry, exactJacobian, initialised, randomise } from '../flow/engine.js'
import type { Matrix } from '../maths/linear.js'

const D = 8
/** Sides of the picture that the checkerboard is laid on. */
const SIDE = 3

/** A kind of layer, by what its Jacobian looks like. */
export interface Structure {
  readonly name: string
  readonly about: string
  readonly event: readonly number[]
  make(seed: number): Bijector
  /** An order of the values in which the Jacobian is a lower triangle, where the given one is not. */
  readonly sorted?: readonly number[]
  /** Whether the determinant is the product of the diagonal, in the given or the sorted order. */
  readonly triangular: boolean
}

const family = affine({ bound: 1 })
const wild = (path: string): number => (path.endsWith('bias') ? 0.4 : 0.45)

function coupling(seed: number): Coupling {
  const conditioner = new MLP({ ...couplingSizes({ dimensions: D, family }), hidden: [16], activation: 'tanh' })
  randomise(conditioner, seed, wild)
  return new Coupling({ dimensions: D, family, conditioner })
}

const checkerboard = Array.from({ length: SIDE * SIDE }, (_, i) => i)

/** The structures of the page, by the names that addresses hold. */
export const structures = {
  coupling: {
    name: 'coupling',
    about:
      'The first half passes unchanged: an identity above, zeros beside it. The second half is scaled and shifted by what the first says: a full block at the lower left, and a diagonal.',
    event: [D],
    make: coupling,
    triangular: true,
  },
  checkerboard: {
    name: 'checkerboard coupling',
    about:
      'The same with the pixels of a 3 × 3 picture taken in turn as on a chessboard. It does not look triangular; sort the pixels, those that pass first, and it is.',
    event: [SIDE, SIDE, 1],
    make: (seed) => {
      const sizes = imageCouplingSizes({ shape: [SIDE, SIDE, 1], family, mask: 'checkerboard' })
      const conditioner = new ConvNet({ ...sizes, width: 6, activation: 'tanh' })
      randomise(conditioner, seed, wild)
      return new ImageCoupling({ shape: [SIDE, SIDE, 1], family, mask: 'checkerboard', conditioner })
    },
    // pixels for which row + column is even pass
    sorted: [...checkerboard.filter((i) => i % 2 === 0), ...checkerboard.filter((i) => i % 2 === 1)],
    triangular: true,
  },
  autoregressive: {
    name: 'autoregressive',
    about:
      'Every value depends on all before it: the whole lower triangle is filled, and everything above the diagonal is zero. No invertible layer with so cheap a determinant says more.',
    event: [D],
    make: (seed) => {
      const conditioner = new MADE({
        dimensions: D,
        parameters: parameterSizes(family),
        hidden: [32],
        activation: 'tanh',
        zeroOutput: false,
      })
      randomise(conditioner, seed, wild)
      return new MaskedAutoregressive({ dimensions: D, family, conditioner })
    },
    triangular: true,
  },
  chain: {
    name: 'two couplings in turn',
    about:
      'A coupling, the values reversed, another coupling. The product of two triangles is full, and yet its determinant is the product of their two: that is how a flow bends everything and stays cheap.',
    event: [D],
    make: (seed) => new Chain([coupling(seed), new Reverse(), coupling(seed + 100)]),
    triangular: false,
  },
  dense: {
    name: 'residual (dense)',
    about:
      'An i-ResNet’s block: every value moves every other at once. No order of the values makes it a triangle; its determinant takes elimination, or a series.',
    event: [D],
    make: (seed) => {
      const net = initialised(
        new LipschitzMLP({ inputs: D, outputs: D, hidden: [16], activation: 'tanh', coefficient: 0.95 }),
      )
      randomise(net, seed, (path) => (path.endsWith('bias') ? 0.5 : 1))
      return new InvertibleResidual({ net })
    },
    triangular: false,
  },
} satisfies Record<string, Structure>

/** The name of a structure in the address. */
export type StructureKey = keyof typeof structures

/** The names, in the order shown. */
export const structureKeys = Object.keys(structures) as StructureKey[]

/** A structure by its name. */
export const structureOf = (key: StructureKey): Structure => structures[key]

/** The Jacobian of a structure at a fixed point, and Ebbflow's log-determinant there. */
export function at(structure: Structure, seed: number): { jacobian: Matrix; logDet: number } {
  const layer = structure.make(seed)
  const size = structure.event.reduce((a, b) => a * b, 1)
  const x = Array.from({ length: size }, (_, i) => Math.sin(3 * i + seed))
  const jacobian = exactJacobian(layer, x, structure.event)
  const { logDet } = carry(layer, x, structure.event)
  layer.dispose()
  return { jacobian, logDet: logDet[0]! }
}

/** Rows and columns in another order. */
export const reordered = (matrix: Matrix, order: readonly number[]): Matrix =>
  order.map((i) => order.map((j) => matrix[i]![j]!))

/** log|Π of the diagonal|. */
export const logDiagonal = (matrix: Matrix): number =>
  matrix.reduce((sum, row, i) => sum + Math.log(Math.abs(row[i]!)), 0)

/** The largest entry above the diagonal: zero for a lower triangle. */
export const aboveDiagonal = (matrix: Matrix): number =>
  matrix.reduce(
    (most, row, i) => row.reduce((top, value, j) => (j > i ? Math.max(top, Math.abs(value)) : top), most),
    0,
  )
