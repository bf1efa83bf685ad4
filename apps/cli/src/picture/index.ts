export { type CornerColumn, type CornerPlot, cornerPlot } from './corner.js'
export { type ImageGrid, imageGrid } from './digits.js'
export { toPng } from './png.js'
