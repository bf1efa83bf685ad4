import { affine, Coupling, couplingSizes, MLP } from '@ebbflow/bijectors'
import {
  Dequantised,
  emerging,
  type Flow,
  ffjord,
  glow,
  iaf,
  iResNet,
  JointFlow,
  maf,
  ncsf,
  nice,
  nsf,
  planar,
  realNVP,
  residual,
  sylvester,
  VariationalDequantiser,
} from '@ebbflow/flows'

const small = { layers: 2, hidden: [9, 6], activation: 'tanh' } as const
const picture = { image: [4, 4, 1], levels: 2, steps: 1, width: 5, alpha: 0 } as const

/** Each recipe, in the shapes that it takes. */
export const FLOWS: Readonly<Record<string, () => Flow>> = {
  nice: () => nice({ dimensions: 3, ...small }),
  realNVP: () => realNVP({ dimensions: 5, ...small }),
  'realNVP of images': () => realNVP(picture),
  'realNVP of images by batch norm': () => realNVP({ ...picture, norm: 'batch' }),
  nsf: () => nsf({ dimensions: 4, ...small, bins: 5 }),
  'nsf, autoregressive': () => nsf({ dimensions: 3, ...small, transform: 'autoregressive', bins: 5 }),
  maf: () => maf({ dimensions: 7, ...small }),
  iaf: () => iaf({ dimensions: 4, ...small }),
  ncsf: () => ncsf({ dimensions: 3, ...small, bins: 5 }),
  planar: () => planar({ dimensions: 3, layers: 3 }),
  'planar, sampling': () => planar({ dimensions: 3, layers: 3, closed: 'sampling' }),
  sylvester: () => sylvester({ dimensions: 4, layers: 2 }),
  residual: () => residual({ dimensions: 3, layers: 2, hidden: [8] }),
  iResNet: () => iResNet({ dimensions: 2, layers: 2, hidden: [8], activation: 'elu' }),
  ffjord: () => ffjord({ dimensions: 2, hidden: [6], activation: 'tanh', rtol: 1e-3, atol: 1e-3 }),
  glow: () => glow(picture),
  emerging: () => emerging(picture),
}

const sizes = { dimensions: 2, family: affine(), context: 2 }

/** Models of several parts, which are trained by a call alone: their events are whole numbers below `levels`, or have labels for a context. */
export const MODELS: Readonly<
  Record<string, { make: () => Dequantised | JointFlow; levels?: number; labels?: number }>
> = {
  dequantised: { make: () => new Dequantised({ flow: nsf({ dimensions: 3, ...small }), levels: 8 }), levels: 8 },
  'dequantised with noise that is learned': {
    make: () =>
      new Dequantised({
        flow: realNVP({ dimensions: 2, ...small }),
        levels: 4,
        dequantiser: new VariationalDequantiser({
          bijector: new Coupling({ ...sizes, conditioner: new MLP({ ...couplingSizes(sizes), hidden: [6] }) }),
        }),
      }),
    levels: 4,
  },
  joint: {
    make: () => new JointFlow({ flow: realNVP({ dimensions: 3, ...small, context: 4 }), labels: 'learnable' }),
    labels: 4,
  },
}
