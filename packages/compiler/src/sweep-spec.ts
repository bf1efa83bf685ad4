import type { SweepSpec } from './emit/sweep/sweep.js'
import type { Sweeping } from './passes/fuse.js'
import type { Plan } from './passes/plan.js'
import { sweepOf } from './sweeps.js'

/** What is emitted for a sweep, but for the function of its body. */
export function sweepSpec(operation: Sweeping, plan: Plan): Omit<SweepSpec, 'turn'> {
  const { node, body, logDet } = operation
  const { plan: network, activation } = sweepOf(node)!
  const { dimensions, context, parameters, widths } = network
  const given = (name: string): number => plan.address.get(node.inputs[name]!.value)!
  const within = plan.bodies.get(operation)!.address
  const inputs: number[] = []
  for (const [id, { origin }] of body.graph.values.entries())
    if (origin.kind === 'input') inputs[origin.index] = within.get(id)!
  const [raw, column, state] = inputs
  const [value, ...more] = body.graph.outputs.map((use) => within.get(use.value)!)
  const [slope] = logDet ? more.splice(0, 1) : []
  return {
    rows: node.inputs.y!.shape[0]!,
    ...{ dimensions, context, parameters, widths, activation },
    at: {
      y: given('y'),
      context: context > 0 ? given('context') : undefined,
      table: given('table'),
      kernels: widths.map((_, l) => given(`kernel ${l}`)),
      biases: widths.map((_, l) => given(`bias ${l}`)),
      x: plan.address.get(node.outputs[0]!)!,
      logDet: logDet ? plan.address.get(node.outputs[1]!)! : undefined,
      ...{ raw: raw!, column: column!, state: state!, value: value!, slope, features: more },
    },
  }
}
