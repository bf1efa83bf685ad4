import { type Shape, sizeOf } from '@ebbflow/core'
import { copying } from './copying.js'
import { add, type Code, call, fillBytes, get, i32 } from './emit/code.js'
import { driver } from './emit/driver.js'
import {
  type CumsumSpec,
  cumsumFunction,
  type GatherSpec,
  gatherFunction,
  type SegmentSpec,
  segmentFunction,
} from './emit/indexing.js'
import { type IterateSpec, iterateFunction } from './emit/iterate.js'
import { loopFunction } from './emit/loop.js'
import { matmulFunction } from './emit/matmul.js'
import type { WasmModule } from './emit/module.js'
import { sweepFunction } from './emit/sweep/sweep.js'
import { fillOf, type Graph, type Node, stridesOf, type Use, type View, viewOf } from './graph.js'
import { isLinear, linearCode, mayRefuse } from './linear.js'
import { iterationOf } from './loops.js'
import type { FusedLoop, Operation, Repeated, Sweeping } from './passes/fuse.js'
import { HOST } from './passes/lower.js'
import type { Plan } from './passes/plan.js'
import { loopSpec, matmulSpec } from './specs.js'
import { sweepSpec } from './sweep-spec.js'

/** Memory from one address up to another. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Emits operations, and the calls of what it has emitted on the values of a plan. */
export class Linker {
  readonly #module: WasmModule
  readonly #graph: Graph
  readonly #plan: Plan
  readonly #movable: readonly Stretch[]
  #hosted: number
  #iterations: number

  constructor(
    module: WasmModule,
    graph: Graph,
    plan: Plan,
    firstHost = 0,
    iterations = 0,
    movable: readonly Stretch[] = [],
  ) {
    this.#movable = movable
    this.#hosted = firstHost
    this.#iterations = iterations
    this.#module = module
    this.#graph = graph
    this.#plan = plan
  }

  #at(value: number, view?: View): Code {
    const place = this.#plan.address.get(value)!
    const at = i32(place + 4 * (view?.offset ?? 0))
    const moved = this.#movable.findIndex(({ from, to }) => place >= from && place < to)
    return moved < 0 ? at : add(get(moved), at)
  }

  operation(operation: Operation): Code {
    if (operation.kind === 'loop') return this.#loop(operation)
    if (operation.kind === 'sweep') return this.#sweep(operation)
    return operation.kind === 'iterate' ? this.#iterate(operation) : this.#node(operation.node)
  }

  #loop(operation: FusedLoop): Code {
    const { shape, leaves, outputs, reduce, product } = operation
    if (product) return this.#matmul(product, operation)
    const results = reduce ? shape.filter((_, i) => !reduce.axes[i]) : shape
    if (sizeOf(results) === 0) return []
    return call(
      this.#module.once(operation, () => loopFunction(this.#module, loopSpec(this.#graph, operation))),
      ...leaves.map(({ value, view }) => this.#at(value, view)),
      ...outputs.map(({ value }) => this.#at(value)),
    )
  }

  /** Runs a body until every row is done, or as often as it may. */
  #iterate(operation: Repeated): Code {
    const { node, body } = operation
    const { kept, maxIterations, solver, along, records = false } = iterationOf(node)!
    const plan = this.#plan.bodies.get(operation)!
    const inner = new Linker(this.#module, body.graph, plan, this.#hosted, this.#iterations)
    const calls = body.operations.map((each) => inner.operation(each))
    // named after what it calls is there, which may have bodies of its own
    const turn = driver(this.#module, `body ${this.#module.size}`, calls)
    this.#hosted = inner.#hosted
    this.#iterations = inner.#iterations + 1
    const inputs: number[] = []
    for (const [id, { origin }] of body.graph.values.entries()) if (origin.kind === 'input') inputs[origin.index] = id
    const states = inputs.slice(0, kept + 1).map((id, i) => ({
      bytes: 4 * sizeOf(body.graph.values[id]!.shape),
      held: plan.address.get(id)!,
      start: i < kept ? this.#plan.address.get(node.inputs[i]!.value)! : undefined,
      next: plan.address.get(body.graph.outputs[i]!.value)!,
      end: i < kept ? this.#plan.address.get(node.outputs[i]!) : undefined,
    }))
    const made = (i: number): number => this.#plan.address.get(node.outputs[i]!)!
    const given = (name: string): number => this.#plan.address.get(node.inputs[name]!.value)!
    const partOf = (id: number): { part: number; bytes: number } => ({
      part: plan.address.get(id)!,
      bytes: 4 * sizeOf(body.graph.values[id]!.shape),
    })
    const trail = along?.trail ? states.slice(0, node.outputs.length - kept - 1) : []
    const recorded = records ? partOf(body.graph.outputs[kept + 1]!.value) : undefined
    const spec: IterateSpec = {
      turn,
      maxIterations,
      states,
      turns: records ? made(kept + 2) : undefined,
      records: [
        ...(recorded ? [{ ...recorded, whole: made(kept + 1), before: false }] : []),
        ...trail.map(({ held, bytes }, i) => ({ part: held, bytes, whole: made(kept + 1 + i), before: true })),
      ],
      along: along && {
        turns: given('turns'),
        reverse: along.reverse,
        series: Array.from({ length: along.count }, (_, i) => ({
          ...partOf(inputs[kept + 1 + i]!),
          whole: given(`along ${i}`),
        })),
      },
      status: { at: states[kept]!.held, rows: states[kept]!.bytes / 4 },
      done: this.#plan.address.get(node.outputs[kept]!),
      failure: this.#plan.failure!,
      number: solver === undefined ? undefined : this.#iterations,
    }
    return call(iterateFunction(this.#module, spec))
  }

  /** Inverts an autoregressive map, value by value. */
  #sweep(operation: Sweeping): Code {
    const { body } = operation
    const spec = sweepSpec(operation, this.#plan)
    if (spec.rows === 0) return []
    const inner = new Linker(
      this.#module,
      body.graph,
      this.#plan.bodies.get(operation)!,
      this.#hosted,
      this.#iterations,
    )
    const calls = body.operations.map((each) => inner.operation(each))
    // named after what it calls is there, which may have bodies of its own
    const turn = driver(this.#module, `body ${this.#module.size}`, calls)
    this.#hosted = inner.#hosted
    this.#iterations = inner.#iterations
    return call(sweepFunction(this.#module, { ...spec, turn }))
  }

  #node(node: Node): Code {
    const [output] = node.outputs
    const address = (name: string): Code => this.#at(node.inputs[name]!.value)
    switch (node.kernel) {
      case HOST:
        return call(this.#module.host, i32(this.#hosted++))
      case 'MatMul':
        return this.#matmul(node)
      case 'Join':
        return this.#join(node)
      case 'Gather':
        return call(
          gatherFunction(this.#module, node.attrs as unknown as GatherSpec),
          address('x'),
          address('indices'),
          this.#at(output!),
        )
      case 'SegmentSum':
        return call(
          segmentFunction(this.#module, node.attrs as unknown as SegmentSpec),
          address('x'),
          address('indices'),
          this.#at(output!),
        )
      case 'Cumsum':
        return call(cumsumFunction(this.#module, node.attrs as unknown as CumsumSpec), address('x'), this.#at(output!))
      default:
        if (isLinear(node)) return this.#linear(node)
        throw new Error(`no code for ${node.kernel}`)
    }
  }

  /** Linear algebra, in scratch memory. */
  #linear(node: Node): Code {
    if (mayRefuse(node)) this.#iterations += 1
    return call(
      this.#module.once(node, () => linearCode(this.#module, this.#graph, node)),
      ...Object.values(node.inputs).map((use) => this.#at(use.value, viewOf(use))),
      ...node.outputs.map((output) => this.#at(output)),
      i32(this.#plan.scratch),
      i32(this.#plan.failure ?? 0),
      i32(this.#iterations),
    )
  }

  /** A product, with the loop that it ends in where there is one. */
  #matmul(node: Node, loop?: FusedLoop): Code {
    const {
      inputs: { a, b, table },
      outputs: [output],
    } = node
    const { shape } = this.#graph.values[output!]!
    if (sizeOf(shape) === 0) return []
    const leaves = loop?.leaves ?? []
    const outputs = loop?.outputs.map(({ value }) => value) ?? [output!]
    return call(
      this.#module.once(loop ?? node, () => matmulFunction(this.#module, matmulSpec(this.#graph, node, loop))),
      this.#at(a!.value, viewOf(a!)),
      this.#at(b!.value, viewOf(b!)),
      ...leaves.map(({ value, view }) => this.#at(value, view)),
      ...outputs.map((value) => this.#at(value)),
      ...(table ? [this.#at(table.value)] : []),
    )
  }

  #join(node: Node): Code {
    const { inputs, attrs, outputs } = node
    const [output] = outputs
    const views = attrs.views as View[]
    const whole = this.#graph.values[output!]!.shape
    const fill = attrs.fill as number | undefined
    const code: Code[] = []
    if (fill === 0) code.push(fillBytes(this.#at(output!), i32(0), i32(4 * sizeOf(whole))))
    else if (fill !== undefined)
      code.push(this.#copy(node, undefined, fill, whole, { offset: 0, strides: stridesOf(whole) }, 0))
    for (const [i, use] of Object.values(inputs).entries())
      code.push(this.#copy(node, use, fillOf(this.#graph, use) ?? 0, use.shape, views[i]!, 1 + i))
    return code
  }

  /** Writes a use, or a number, to a view of what a node gives: part 0 is what pads it. */
  #copy(node: Node, use: Use | undefined, fill: number, shape: Shape, view: View, part: number): Code {
    if (sizeOf(shape) === 0) return []
    const to = node.outputs[0]!
    const { dtype } = this.#graph.values[to]!
    const from = !use || fillOf(this.#graph, use) !== undefined ? [] : [viewOf(use)]
    return call(
      this.#module.once(
        node,
        () => copying(this.#module, from, fill, shape, { dtype, view, padded: part === 0 }),
        part,
      ),
      ...from.map((source) => this.#at(use!.value, source)),
      this.#at(to, view),
    )
  }
}
