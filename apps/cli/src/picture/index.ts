export { type CornerColumn, type CornerPlot, cornerPlot } from './corner.js'
export { toPng } from './png.js'
