export { type SvgOptions, toSvg } from './render.js'
