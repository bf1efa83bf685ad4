import { type Shape, sameShape, sizeOf } from '@ebbflow/core'
import { Draft, type Graph, mapInputs, type Node, type Use, type ValueId, type View, viewOf } from '../graph.js'
import { isPlain, reshapeView } from '../views.js'

/** What a pass does with a node: uses that stand for its outputs from now on, or undefined to keep it. */
export type Visit = (node: Node, rewriter: Rewriter) => readonly Use[] | undefined

/** Goes through a graph in order and replaces values by uses of others. */
export class Rewriter {
  readonly draft: Draft
  readonly #replaced = new Map<ValueId, Use>()
  readonly #copies = new Map<string, Use>()

  private constructor(graph: Graph) {
    this.draft = new Draft(graph.values)
  }

  static run(graph: Graph, visit: Visit): Graph {
    const rewriter = new Rewriter(graph)
    for (const old of graph.nodes) {
      const node = mapInputs(old, (use) => rewriter.resolve(use, old))
      const made = visit(node, rewriter)
      if (!made) rewriter.draft.nodes.push(node)
      else
        for (let i = 0; i < made.length; i++) {
          const output = node.outputs[i]!
          if (made[i]!.value !== output || made[i]!.view) rewriter.#replaced.set(output, made[i]!)
        }
    }
    const { values, nodes } = rewriter.draft
    const last = { call: graph.nodes.at(-1)?.call ?? 0 }
    return { values, nodes, outputs: graph.outputs.map((use) => rewriter.plain(rewriter.resolve(use, last), last)) }
  }

  /** What a use has become. */
  resolve(use: Use, at: Pick<Node, 'call'>): Use {
    const found = this.#replaced.get(use.value)
    if (!found) return use
    if (!found.view) return { ...use, value: found.value }
    const view = use.view ? undefined : reshapeView(found.view, found.shape, use.shape)
    if (view) return { value: found.value, shape: use.shape, view }
    return { ...use, value: this.plain(found, at).value }
  }

  /** The same numbers in row-major order: a copy where a view says otherwise. */
  plain(use: Use, at: Pick<Node, 'call'>): Use {
    const { value, shape, view } = use
    if (!view) return use
    const whole = sameSize(this.draft.values[value]!.shape, shape)
    if (whole && isPlain(view, shape)) return { value, shape }
    const key = JSON.stringify(use)
    let copy = this.#copies.get(key)
    if (!copy) {
      copy = this.draft.node(at, 'Copy', { x: use }, shape, { dtype: this.draft.values[value]!.dtype })
      this.#copies.set(key, copy)
    }
    return copy
  }

  /** A use through a view, without one where the view is the plain order. */
  view(use: Use, shape: Shape, view: View): Use {
    const { value } = use
    const whole = sameSize(this.draft.values[value]!.shape, shape)
    return whole && isPlain(view, shape) ? { value, shape } : { value, shape, view }
  }

  /** The use under another shape, copied first where no view can say it. */
  reshape(use: Use, shape: Shape, at: Pick<Node, 'call'>): Use {
    if (sameShape(use.shape, shape)) return use
    if (!use.view) return { value: use.value, shape }
    const view = reshapeView(viewOf(use), use.shape, shape)
    return view ? { value: use.value, shape, view } : { value: this.plain(use, at).value, shape }
  }
}

const sameSize = (a: Shape, b: Shape): boolean => sizeOf(a) === sizeOf(b)
