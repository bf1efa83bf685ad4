import type { Matrix, Point } from '../maths/linear.js'

/** A map of the plane with its Jacobian in closed form. */
export interface PlaneMap {
  readonly name: string
  /** Its formula in plain characters, for those who hear the page. */
  readonly spoken: string
  f(x: Point): Point
  /** ∂fᵢ/∂xⱼ, by rows. */
  jacobian(x: Point): Matrix
}

const TURN = 1.8
const SHIFT = 0.7

/** The maps that the page offers, by the name that its address holds. */
export const maps = {
  linear: {
    name: 'linear',
    spoken: 'f(x) = (1.2 x1 + 0.6 x2, 0.3 x1 + 0.9 x2)',
    f: ([a, b]) => [1.2 * a + 0.6 * b, 0.3 * a + 0.9 * b],
    jacobian: () => [
      [1.2, 0.6],
      [0.3, 0.9],
    ],
  },
  coupling: {
    name: 'affine coupling',
    spoken: 'f(x) = (x1, x2 exp(0.7 sin x1) + 0.5 x1 squared)',
    f: ([a, b]) => [a, b * Math.exp(SHIFT * Math.sin(a)) + 0.5 * a * a],
    jacobian: ([a, b]) => {
      const scale = Math.exp(SHIFT * Math.sin(a))
      return [
        [1, 0],
        [b * SHIFT * Math.cos(a) * scale + a, scale],
      ]
    },
  },
  swirl: {
    name: 'swirl',
    spoken: 'f turns x by the angle 1.8 exp(minus r squared over 4), r being its distance from the origin',
    f: ([a, b]) => {
      const angle = TURN * Math.exp(-(a * a + b * b) / 4)
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      return [c * a - s * b, s * a + c * b]
    },
    jacobian: ([a, b]) => {
      const angle = TURN * Math.exp(-(a * a + b * b) / 4)
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      // ∂angle/∂x = −angle x / 2, and turning further moves the image at right angles to itself
      const [u, v] = [c * a - s * b, s * a + c * b]
      const [da, db] = [(-angle * a) / 2, (-angle * b) / 2]
      return [
        [c - v * da, -s - v * db],
        [s + u * da, c + u * db],
      ]
    },
  },
  exponential: {
    name: 'complex exponential',
    spoken: 'f(x) = exp(x1 / 2) times (cos x2, sin x2)',
    f: ([a, b]) => [Math.exp(a / 2) * Math.cos(b), Math.exp(a / 2) * Math.sin(b)],
    jacobian: ([a, b]) => {
      const [c, s] = [Math.exp(a / 2) * Math.cos(b), Math.exp(a / 2) * Math.sin(b)]
      return [
        [c / 2, -s],
        [s / 2, c],
      ]
    },
  },
  fold: {
    name: 'fold (not invertible)',
    spoken: 'f(x) = (x1, x2 squared minus 1)',
    f: ([a, b]) => [a, b * b - 1],
    jacobian: ([, b]) => [
      [1, 0],
      [0, 2 * b],
    ],
  },
} satisfies Record<string, PlaneMap>

/** The name of a map in the address. */
export type MapName = keyof typeof maps

/** A square of side `side` with its corner at x, `n` points an edge, anticlockwise. */
export function square([x, y]: Point, side: number, n = 24): Point[] {
  const along = Array.from({ length: n }, (_, i) => (side * i) / n)
  return [
    ...along.map((t): Point => [x + t, y]),
    ...along.map((t): Point => [x + side, y + t]),
    ...along.map((t): Point => [x + side - t, y + side]),
    ...along.map((t): Point => [x, y + side - t]),
  ]
}

/** The image of that square under the linear map J put at f(x): a parallelogram. */
export const parallelogram = ([u, v]: Point, J: Matrix, side: number): Point[] => {
  const [a, b] = [J[0]![0]! * side, J[1]![0]! * side]
  const [c, d] = [J[0]![1]! * side, J[1]![1]! * side]
  return [
    [u, v],
    [u + a, v + b],
    [u + a + c, v + b + d],
    [u + c, v + d],
  ]
}
