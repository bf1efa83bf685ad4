import { Resvg } from '@resvg/resvg-js'
import { fontFile } from '../src/rendered.fixture.js'

/** An SVG document as a PNG file at some device pixels a CSS pixel, in a font that comes along. */
export const pngOf = (svg: string, ratio: number): Uint8Array =>
  new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ratio },
    font: { fontFiles: [fontFile(400), fontFile(600)], loadSystemFonts: false, defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng()
