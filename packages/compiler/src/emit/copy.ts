import { type Code, copyBytes, get, I32, i32 } from './code.js'
import type { WasmModule } from './module.js'
import { moved, repeat } from './repeat.js'

/** Rows, the last axis, that lie together on both sides. */
export interface CopySpec {
  readonly sizes: readonly number[]
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** Numbers in a row from which on a copy of memory is quicker than a loop. */
const LEAST = 32

/** Whether rows can be copied whole. */
export const copiesRows = ({ sizes, from, to }: CopySpec): boolean =>
  from.at(-1) === 1 && to.at(-1) === 1 && sizes.at(-1)! >= LEAST

/** The function that copies rows; parameters from, to. */
export function copyFunction(module: WasmModule, spec: CopySpec): number {
  const { sizes, from, to } = spec
  return module.function(`copy ${JSON.stringify(spec)}`, [I32, I32], [], (body) =>
    sizes
      .slice(0, -1)
      .reduceRight<Code>(
        (next, size, axis) =>
          repeat(
            body,
            size,
            [next, moved(0, 4 * from[axis]!), moved(1, 4 * to[axis]!)],
            [moved(0, -4 * from[axis]! * size), moved(1, -4 * to[axis]! * size)],
          ),
        copyBytes(get(1), get(0), i32(4 * sizes.at(-1)!)),
      ),
  )
}
