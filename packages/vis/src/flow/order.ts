import type { LayerMap } from '../data/layers.js'

interface Typed {
  readonly type: string
  readonly map: LayerMap
}

/** Types of layers that put values in another order and do nothing else. */
const REORDERING = new Set(['permutation', 'reverse'])

/**
 * Layers without those that only reorder the values of a vector; the others take and give values in the order that these have in the data,
 * so that stages show what layers do, and not what they are called.
 */
export function inDataOrder<Layer extends Typed>(
  layers: readonly Layer[],
  towards: 'data' | 'noise',
  width: number,
): Layer[] {
  /** Where each value of the data stands at the stage that has been come to, from the data on. */
  let places = Array.from({ length: width }, (_, i) => i)
  const fromData = towards === 'noise' ? layers : [...layers].reverse()
  const kept: Layer[] = []
  for (const layer of fromData) {
    if (!REORDERING.has(layer.type)) {
      kept.push({ ...layer, map: conjugated(layer.map, places, width) })
      continue
    }
    // value i of the image is value order[i] of what enters
    const order = Array.from(
      layer.map(
        Float32Array.from({ length: width }, (_, i) => i),
        1,
      ).values,
    )
    places = towards === 'data' ? places.map((at) => order[at]!) : places.map((at) => order.indexOf(at))
  }
  return towards === 'noise' ? kept : kept.reverse()
}

function conjugated(map: LayerMap, places: readonly number[], width: number): LayerMap {
  if (places.every((at, i) => at === i)) return map
  return (rows, n) => {
    const own = new Float32Array(rows.length)
    for (let r = 0; r < rows.length; r += width) for (let i = 0; i < width; i++) own[r + places[i]!] = rows[r + i]!
    const mapped = map(own, n)
    const values = new Float32Array(rows.length)
    for (let r = 0; r < rows.length; r += width)
      for (let i = 0; i < width; i++) values[r + i] = mapped.values[r + places[i]!]!
    return { ...mapped, values }
  }
}
