import {
  add,
  branchIf,
  type Code,
  d,
  doubleLane,
  F32,
  F64,
  f,
  f64,
  f64add,
  get,
  I32,
  i32,
  load,
  loadOne,
  loop,
  set,
  shuffle,
  splat,
  splatDouble,
  store,
  tee,
  V128,
  when,
} from './code.js'
import type { WasmModule } from './module.js'

/** Bytes from one region to the next: parameters, gradients, first and second moments lie one after another. */
export interface Regions {
  readonly bytes: number
}

/** `norm2(at, vectors, left)`: the sum of squares of `vectors` times four floats and `left` more, in double precision. */
export function emitNorm(module: WasmModule): void {
  module.function(
    'norm2',
    [I32, I32, I32],
    [F64],
    (body) => {
      const sum = body.local(V128)
      const wide = body.local(V128)
      const x = body.local(V128)
      const square = (v: Code): Code => [
        set(wide, d.promoteLow(v)),
        set(sum, d.add(get(sum), d.mul(get(wide), get(wide)))),
      ]
      const repeat = (counter: number, bytes: number, turn: Code): Code =>
        when(
          get(counter),
          loop(turn, set(0, add(get(0), i32(bytes))), branchIf(0, tee(counter, add(get(counter), i32(-1))))),
        )
      return [
        set(sum, splatDouble(f64(0))),
        repeat(1, 16, [set(x, load(get(0))), square(get(x)), square(shuffle(get(x), get(x), [2, 3, 2, 3]))]),
        // a lone float, with zeros beside it
        repeat(2, 4, square(loadOne(get(0)))),
        f64add(doubleLane(get(sum), 0), doubleLane(get(sum), 1)),
      ]
    },
    'norm2',
  )
}

/**
 * `adam(at, vectors, scale, beta1, 1 − beta1, beta2, 1 − beta2, rate, root, epsilon, keep)`: g = scale · gradient, m ← β₁m + (1 − β₁)g,
 * v ← β₂v + (1 − β₂)g², θ ← keep · θ − rate · m / (root · √v + ε), for `vectors` times four parameters from address `at` on.
 */
export function emitAdam(module: WasmModule, { bytes }: Regions): void {
  module.function(
    'adam',
    [I32, I32, F32, F32, F32, F32, F32, F32, F32, F32, F32],
    [],
    (body) => {
      const [scale, beta1, rest1, beta2, rest2, rate, root, epsilon, keep] = Array.from({ length: 9 }, () =>
        body.local(V128),
      ) as [number, number, number, number, number, number, number, number, number]
      const [g, m, v] = [body.local(V128), body.local(V128), body.local(V128)]
      const wide = [scale, beta1, rest1, beta2, rest2, rate, root, epsilon, keep]
      const scaled = (factor: number, x: Code): Code => f.mul(get(factor), x)
      return [
        wide.map((local, i) => set(local, splat(get(2 + i)))),
        loop(
          set(g, scaled(scale, load(get(0), bytes))),
          set(m, f.add(scaled(beta1, load(get(0), 2 * bytes)), scaled(rest1, get(g)))),
          set(v, f.add(scaled(beta2, load(get(0), 3 * bytes)), scaled(rest2, f.mul(get(g), get(g))))),
          store(get(0), get(m), 2 * bytes),
          store(get(0), get(v), 3 * bytes),
          store(
            get(0),
            f.sub(
              scaled(keep, load(get(0))),
              f.div(scaled(rate, get(m)), f.add(scaled(root, f.sqrt(get(v))), get(epsilon))),
            ),
          ),
          set(0, add(get(0), i32(16))),
          branchIf(0, tee(1, add(get(1), i32(-1)))),
        ),
      ]
    },
    'adam',
  )
}

/** `combine(to, from, vectors)`: adds up what lies at `from` and, `apart` bytes from one to the next, in `count` places in all. */
export function emitCombine(module: WasmModule, count: number, apart: number): void {
  module.function(
    'combine',
    [I32, I32, I32],
    [],
    () => {
      const sum = Array.from({ length: count - 1 }, (_, i) => load(get(1), (i + 1) * apart)).reduce<Code>(
        (total, next) => f.add(total, next),
        load(get(1)),
      )
      return loop(
        store(get(0), sum),
        set(0, add(get(0), i32(16))),
        set(1, add(get(1), i32(16))),
        branchIf(0, tee(2, add(get(2), i32(-1)))),
      )
    },
    'combine',
  )
}

/** `accumulate(to, from, vectors)`: adds what lies at `from` to what lies at `to`. */
export function emitAccumulate(module: WasmModule): void {
  module.function(
    'accumulate',
    [I32, I32, I32],
    [],
    () =>
      loop(
        store(get(0), f.add(load(get(0)), load(get(1)))),
        set(0, add(get(0), i32(16))),
        set(1, add(get(1), i32(16))),
        branchIf(0, tee(2, add(get(2), i32(-1)))),
      ),
    'accumulate',
  )
}
