export type { Context2D } from './context.js'
export { type DrawOptions, drawScene } from './draw.js'
