import { MLP } from '@ebbflow/bijectors'
import { randomise } from '../flow/engine.js'

/** A small network with random weights, whose outputs are of the size of `strength`: what a coupling may have learned. */
export function network(inputs: number, outputs: number, seed: number, strength: number): MLP {
  const hidden = 24
  const net = new MLP({ inputs, outputs, hidden: [hidden], activation: 'tanh', zeroOutput: false })
  return shaken(net, seed, strength, hidden)
}

/** Gives an MLP of one hidden layer random weights; a first layer of scale 1.2 bends within the picture. */
function shaken(net: MLP, seed: number, strength: number, hidden: number): MLP {
  randomise(net, seed, (path) =>
    path.startsWith('0') ? 1.2 : path.endsWith('bias') ? 0.3 * strength : strength / Math.sqrt(hidden),
  )
  return net
}
