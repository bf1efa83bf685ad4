import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'

const require = createRequire(import.meta.url)

/** The file of the font that pictures are set in, in one of its weights. */
export const fontFile = (weight: '400Regular' | '600SemiBold'): string =>
  require.resolve(`@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`)

/** An SVG document drawn by resvg at some device pixels a CSS pixel, in a font that comes along. */
export const rendered = (svg: string, ratio = 1) =>
  new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ratio },
    font: {
      fontFiles: [fontFile('400Regular'), fontFile('600SemiBold')],
      loadSystemFonts: false,
      defaultFontFamily: 'Inter',
    },
  }).render()
