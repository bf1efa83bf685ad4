import { corner } from '@ebbflow/vis'
import { cornerFigure } from '@ebbflow/vis/figures'
import { toSvg } from '@ebbflow/vis/svg'
import { expect, it } from 'vitest'
import { toPng } from './png.js'

const values = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i))

it('sets its text in a font of its own: names change the pixels', () => {
  const png = (name: string) => toPng(toSvg(cornerFigure(corner([{ name, sets: [values, values] }]))))
  const [a, b, empty] = [png('delay'), png('distance'), png('')]
  expect([...a.subarray(1, 4)]).toEqual([...'PNG'].map((c) => c.charCodeAt(0)))
  expect(Buffer.compare(a, b)).not.toBe(0)
  expect(Buffer.compare(a, empty)).not.toBe(0)
})

it('draws at twice the size', () => {
  const png = toPng('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"/>')
  const view = new DataView(png.buffer, png.byteOffset)
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([80, 60])
})
