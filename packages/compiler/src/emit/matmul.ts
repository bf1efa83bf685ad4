import { type Code, fillBytes, get, I32, i32 } from './code.js'
import type { MatmulSpec } from './matmul-spec.js'
import type { WasmModule } from './module.js'
import { moved, repeat } from './repeat.js'
import { textOf } from './steps.js'
import { Tiles } from './tiles.js'

/** The function that multiplies matrices; its parameters are the addresses of a, b, the leaves, the outputs and the table. */
export function matmulFunction(module: WasmModule, spec: MatmulSpec): number {
  const leaves = spec.epilogue?.leaves.length ?? 0
  const outputs = spec.epilogue?.outputs.length ?? 1
  const parameters = 2 + leaves + outputs + (spec.table ? 1 : 0)
  return module.function(`matmul ${textOf(spec, spec.epilogue)}`, Array(parameters).fill(I32), [], (body) => {
    const { m, n } = spec
    const parts = spec.depth.slice(0, spec.split)
    const tiles = new Tiles(module, spec, body)
    const product = parts.reduceRight<Code>(
      (next, { size, a, b }) =>
        repeat(
          body,
          size,
          [next, moved(0, 4 * a), moved(1, 4 * b)],
          [moved(0, -4 * a * size), moved(1, -4 * b * size)],
        ),
      tiles.all(),
    )
    const whole: Code = parts.length > 0 ? [fillBytes(get(2 + leaves), i32(0), i32(4 * m * n)), product] : product
    return spec.outer.reduceRight<Code>((next, axis) => {
      const strides = [axis.a, axis.b, ...axis.leaves, ...Array<number>(outputs).fill(axis.c)]
      const move = (steps: number): Code => strides.map((stride, p) => moved(p, 4 * stride * steps))
      return repeat(body, axis.size, [next, move(1)], move(-axis.size))
    }, whole)
  })
}
