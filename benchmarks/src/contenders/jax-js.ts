import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax'
import { DATA_SEED, mean, meanSquare, normals, realNVPParameter, WIDTHS } from './numbers.js'
import { type Ready, serve } from './serve.js'

// RealNVP in jax-js on WebAssembly, everything jitted. All parameters are one array: with one each, its Adam takes longer than its gradients
const VERSION = '0.1.25'

interface Place {
  readonly at: number
  readonly shape: number[]
}

/** Where each kernel and bias lies in the array of all. */
function places(couplings: number): Place[] {
  let at = 0
  return Array.from({ length: couplings }, () => WIDTHS.slice(1).flatMap((n, i) => [[WIDTHS[i]!, n], [n]]))
    .flat()
    .map((shape) => {
      const place = { at, shape }
      at += sizeOf(shape)
      return place
    })
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

type Layer = readonly { kernel: np.Array; bias: np.Array }[]

/** The couplings as slices of the array, which they consume. */
function couplingsOf(all: np.Array, where: readonly Place[]): Layer[] {
  const parts = where.map(({ at, shape }) => all.ref.slice([at, at + sizeOf(shape)]).reshape(shape))
  all.dispose()
  const depth = WIDTHS.length - 1
  return Array.from({ length: where.length / 2 / depth }, (_, c) =>
    Array.from({ length: depth }, (_, i) => ({
      kernel: parts[2 * (depth * c + i)]!,
      bias: parts[2 * (depth * c + i) + 1]!,
    })),
  )
}

function shiftAndLogScale(layer: Layer, x: np.Array): [np.Array, np.Array] {
  const h = layer.reduce((h, { kernel, bias }, i) => {
    const linear = np.matmul(h, kernel).add(bias)
    return i < layer.length - 1 ? nn.relu(linear) : linear
  }, x)
  return [h.ref.slice([], [0, 1]), np.tanh(h.slice([], [1, 2]).div(3)).mul(3)]
}

/** log p(x): data to noise, with the two values changing places between couplings. */
function logProb(layers: readonly Layer[], x: np.Array): np.Array {
  let [first, second] = [x.ref.slice([], [0, 1]), x.slice([], [1, 2])]
  let logDet: np.Array | undefined
  for (const [i, layer] of layers.entries()) {
    if (i > 0) [first, second] = [second, first]
    const [shift, logScale] = shiftAndLogScale(layer, first.ref)
    second = second.sub(shift).mul(np.exp(logScale.ref.neg()))
    logDet = logDet ? logDet.sub(logScale) : logScale.neg()
  }
  const square = np.square(first).add(np.square(second))
  return square
    .mul(-0.5)
    .sub(Math.log(2 * Math.PI))
    .add(logDet!)
}

/** Noise to data. */
function sample(layers: readonly Layer[], z: np.Array): np.Array {
  let [first, second] = [z.ref.slice([], [0, 1]), z.slice([], [1, 2])]
  for (const [i, layer] of [...layers].reverse().entries()) {
    if (i > 0) [first, second] = [second, first]
    const [shift, logScale] = shiftAndLogScale(layer, first.ref)
    second = second.mul(np.exp(logScale)).add(shift)
  }
  return np.concatenate([first, second], 1)
}

/** Adam on one array; rate and root hold its corrections for the number of steps. */
function adam(p: np.Array, m: np.Array, v: np.Array, g: np.Array, rate: np.Array, root: np.Array): np.Array[] {
  const first = m.mul(0.9).add(g.ref.mul(0.1))
  const second = v.mul(0.999).add(np.square(g).mul(0.001))
  const update = first.ref.mul(rate).div(np.sqrt(second.ref).mul(root).add(1e-8))
  return [p.sub(update), first, second]
}

await init('wasm')
defaultDevice('wasm')
await serve({ versions: { '@jax-js/jax': VERSION }, threads: 1 }, ({ model, kind, rows, event, layers }) => {
  if (model !== 'realnvp' || event[0] !== 2) return undefined
  const where = places(layers)
  const numbers = where.flatMap((_, i) => {
    const part = i % 2 === 0 ? 'kernel' : 'bias'
    return [...realNVPParameter(Math.floor(i / 6), (i % 6) >> 1, part)]
  })
  const parameters = numbers.length
  let all = np.array(Float32Array.from(numbers))
  const x = np.array(normals(DATA_SEED, 2 * rows)).reshape([rows, 2])
  const reading = (f: (p: np.Array, x: np.Array) => np.Array, checked: (v: ArrayLike<number>) => number): Ready => {
    const jitted = jit(f)
    const once = () => jitted(all.ref, x.ref).dataSync()
    return {
      check: checked(once()),
      run: () => {
        once()
        return undefined
      },
    }
  }
  if (kind === 'logProb') return reading((p, x) => logProb(couplingsOf(p, where), x), mean)
  if (kind === 'sample') return reading((p, z) => sample(couplingsOf(p, where), z), meanSquare)
  const loss = (p: np.Array, x: np.Array): np.Array => logProb(couplingsOf(p, where), x).mean().neg()
  const gradients = jit((p: np.Array, x: np.Array) => valueAndGrad(loss)(p, x))
  const valued = () => {
    const [value, gradient] = gradients(all.ref, x.ref)
    const [number] = value.dataSync()
    gradient.dispose()
    return number!
  }
  const check = valued()
  if (kind === 'gradients')
    return {
      parameters,
      check,
      run: () => {
        valued()
        return undefined
      },
    }
  if (kind !== 'step') return undefined
  const step = jit((p: np.Array, m: np.Array, v: np.Array, x: np.Array, rate: np.Array, root: np.Array) => {
    const [value, gradient] = valueAndGrad(loss)(p.ref, x)
    return [value, ...adam(p, m, v, gradient, rate, root)]
  })
  let [m, v] = [np.zeros([parameters]), np.zeros([parameters])]
  let steps = 0
  return {
    parameters,
    check,
    run: () => {
      steps += 1
      const [rate, root] = [1e-4 / (1 - 0.9 ** steps), 1 / Math.sqrt(1 - 0.999 ** steps)]
      const [value, ...rest] = step(all, m, v, x.ref, np.array(rate), np.array(root))
      ;[all, m, v] = rest as [np.Array, np.Array, np.Array]
      value!.dataSync()
      return undefined
    },
  }
})
