import {
  type Activation,
  ActNorm,
  affine,
  Chain,
  type Conditioner,
  ConvNet,
  type Family,
  ImageCoupling,
  type ImageMask,
  imageCouplingSizes,
  MultiScale,
  Squeeze,
  splitPrior,
} from '@ebbflow/bijectors'
import { type Bijector, check, type Distribution, type Shape, showShape, sizeOf } from '@ebbflow/core'
import { imageLogit } from '../dequantise/image-logit.js'
import { Flow } from '../flow.js'
import { standardNormal } from './options.js'

/** Options that all recipes for images share. */
export interface ImageRecipeOptions {
  /** Height, width and channels of an image. */
  image: Shape
  /** Number of scales; each but the first halves the sides of what the one before kept. Default as many as the sides allow, at most 3. */
  levels?: number
  /** Steps a scale. Default 4. */
  steps?: number
  /** Hidden channels of the networks. Default 32. */
  width?: number
  /** Their activation. Default `relu`. */
  activation?: Activation
  /** The elementwise maps of the couplings. Default affine, with log-scales up to 3. */
  family?: Family
  /** Networks of one's own, convolutional mostly: called with the channels in and out, and the coupling's index. */
  conditioner?: (sizes: { inputs: number; outputs: number }, coupling: number) => Conditioner
  /** Whether what leaves at a scale is made normal given what stays, by a network. Default true. */
  splitPriors?: boolean
  /** α of the map from [0, 1] to ℝ that data go through first; 0 for data on ℝ. Default 0.05. */
  alpha?: number
  /** C, the size of the context. Default 0: an unconditional flow. */
  context?: number
  /** The distribution of the noise, of h·w·c values. Default standard normal. */
  base?: Distribution
}

/** How often the sides of an image can be halved. */
function halvings([h, w]: Shape): number {
  let [a, b, n] = [h!, w!, 0]
  for (; a % 2 === 0 && b % 2 === 0 && a > 0; n++) [a, b] = [a / 2, b / 2]
  return n
}

/** Checks the options, fills in defaults, and counts the scales: as many squeezes, or one fewer where the last has none. */
export function imageSettings(options: ImageRecipeOptions, lastSqueezes: boolean) {
  const { image, steps = 4, width = 32, context = 0, splitPriors = true, alpha = 0.05 } = options
  check(image.length === 3 && image.every((n) => Number.isInteger(n) && n > 0), 'an image has three sizes', {
    expected: '[height, width, channels]',
    received: showShape(image),
  })
  const halved = halvings(image)
  // a checkerboard of one pixel has nothing to pass
  const most = lastSqueezes || image[0]! * image[1]! === 4 ** halved ? halved : halved + 1
  check(most > 0, 'an image whose sides are odd cannot be squeezed', {
    expected: 'even sides',
    received: showShape(image),
  })
  const levels = options.levels ?? Math.min(3, most)
  check(
    Number.isInteger(levels) && levels >= 1 && levels <= most,
    'the sides of the image do not allow so many levels',
    {
      expected: `1 to ${most} for ${showShape(image)}`,
      received: `${levels}`,
    },
  )
  for (const [name, value] of Object.entries({ steps, width }))
    check(Number.isInteger(value) && value >= 1, `${name} must be a positive integer`, { received: `${value}` })
  check(Number.isInteger(context) && context >= 0, 'the context size must be a whole number', {
    received: `context ${context}`,
  })
  check(alpha === 0 || (alpha > 0 && alpha < 0.5), 'alpha must be 0, or lie between 0 and ½', { received: `${alpha}` })
  return { image, levels, steps, width, context, splitPriors, alpha }
}

/** What makes the couplings of a recipe, each with a network of its own. */
export type MakeCoupling = (shape: Shape, mask: ImageMask, flip: boolean) => ImageCoupling

/** Couplings of the options' family and networks; `blocks` residual blocks in those that are not the user's. */
export function couplingMaker(options: ImageRecipeOptions, blocks: number): MakeCoupling {
  const { width = 32, activation = 'relu', context = 0, family = affine() } = options
  const own =
    options.conditioner ??
    ((sizes: { inputs: number; outputs: number }) => new ConvNet({ ...sizes, width, activation, blocks }))
  let count = 0
  return (shape, mask, flip) => {
    const coupling = { shape, family, mask, flip, context }
    return new ImageCoupling({ ...coupling, conditioner: own(imageCouplingSizes(coupling), count++) })
  }
}

/** The shape after squeezing 2×2 blocks. */
export const squeezed = ([h, w, c]: Shape): Shape => [h! / 2, w! / 2, 4 * c!]

/** A flow of images from what each scale does to its image, in the papers' order, from data to noise. */
export function imageFlow(
  options: ImageRecipeOptions,
  lastSqueezes: boolean,
  scale: (shape: Shape, last: boolean) => { layers: Bijector[]; out: Shape },
): Flow {
  const { image, levels, width, context, splitPriors, alpha } = imageSettings(options, lastSqueezes)
  let shape = image
  const scales = Array.from({ length: levels }, (_, i) => {
    const last = i === levels - 1
    const { layers, out } = scale(shape, last)
    shape = [out[0]!, out[1]!, Math.floor(out[2]! / 2)]
    const end = last ? [new ActNorm({ shape: out })] : splitPriors ? [splitPrior({ shape: out, width, context })] : []
    return new Chain([...layers, ...end])
  })
  const toReal = alpha === 0 ? [] : [imageLogit({ alpha })]
  const bijector = Chain.fromData([...toReal, new MultiScale({ shape: image, levels: scales })])
  return new Flow({ base: options.base ?? standardNormal(sizeOf(image)), bijector, context })
}

/** Scales of a squeeze and steps of ActNorm, a mixing of the channels, and a channel coupling: Glow's. */
export function stepFlow(options: ImageRecipeOptions, mix: (shape: Shape, step: number) => Bijector): Flow {
  const { steps } = imageSettings(options, true)
  const coupling = couplingMaker(options, 0)
  let count = 0
  return imageFlow(options, true, (shape) => {
    const out = squeezed(shape)
    const layers = Array.from({ length: steps }, () => [
      new ActNorm({ shape: out }),
      mix(out, count++),
      coupling(out, 'channel', false),
    ])
    return { layers: [new Squeeze(), ...layers.flat()], out }
  })
}
