import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'

const require = createRequire(import.meta.url)
const font = (weight: string): string => require.resolve(`@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`)

/** An SVG document as PNG bytes at twice its size; its text is set in a font that comes along, whatever the machine has. */
export function toPng(svg: string): Uint8Array {
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      fontFiles: [font('400Regular'), font('600SemiBold')],
      loadSystemFonts: false,
      defaultFontFamily: 'Inter',
    },
  })
  return drawing.render().asPng()
}
