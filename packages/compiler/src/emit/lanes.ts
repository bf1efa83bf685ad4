import { add, type Code, i32, load, loadLane, loadSplat, store, storeLane, storeTwo } from './code.js'

/** Reads up to four numbers that lie `stride` elements apart, `at` vectors from a pointer on. */
export function loadLanes(pointer: Code, stride: number, lanes: number, at: number): Code {
  if (stride === 1) return load(pointer, 16 * at)
  if (stride === 0) return loadSplat(pointer)
  const place = (i: number): Code => {
    const bytes = 4 * stride * (4 * at + i)
    return bytes === 0 ? pointer : add(pointer, i32(bytes))
  }
  let vector = loadSplat(place(0))
  for (let i = 1; i < lanes; i++) vector = loadLane(place(i), vector, i)
  return vector
}

/** Writes up to four numbers that will lie `stride` elements apart. */
export function storeLanes(pointer: Code, value: Code, lanes: number, stride: number, at = 0): Code {
  if (stride === 1) return storeTogether(pointer, value, lanes, 16 * at)
  return Array.from({ length: lanes }, (_, i) => {
    const bytes = 4 * stride * (4 * at + i)
    return storeLane(bytes === 0 ? pointer : add(pointer, i32(bytes)), value, i)
  })
}

/** Writes up to four numbers side by side. */
export function storeTogether(pointer: Code, value: Code, lanes: number, offset: number): Code {
  if (lanes === 4) return store(pointer, value, offset)
  if (lanes === 1) return storeLane(pointer, value, 0, offset)
  return [storeTwo(pointer, value, 0, offset), lanes === 3 ? storeLane(pointer, value, 2, offset + 8) : []]
}
