import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { sameShape, showShape } from '../shape.js'
import { ensureRules, isFlat } from './install.js'
import { view } from './rule.js'

type Rule = (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>

interface TapeNode {
  kernelName: string
  /** Optional inputs of a kernel may be undefined. */
  inputs: Record<string, tf.Tensor | undefined>
  outputs: tf.Tensor[]
  saved: tf.Tensor[]
  gradient?: Rule
}
interface State {
  activeTape: TapeNode[] | null | undefined
  kernelDepth: number
  gradientDepth: number
  tensorInfo: WeakMap<tf.DataId, { backend: tf.KernelBackend }>
}
/** What of the engine is not in its types. */
interface Internals {
  state: State
  nextTensorId(): number
  saveTensorsForBackwardMode(tensors: tf.Tensor[]): tf.Tensor[]
  trackTensor(t: tf.Tensor, backend: tf.KernelBackend): void
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor | tf.Tensor[]
    backwardsFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>
    inputs: Record<string, tf.Tensor>
  }): tf.Tensor | tf.Tensor[]
}

/** The engine with the parts that gradients need and its types hide. */
export const internals = (): Internals => tf.engine() as unknown as Internals

/** A tensor id that every tensor made later exceeds: tells what was there before. */
export const idMark = (): number => internals().nextTensorId()

/**
 * Handles on the same data for the backward pass, of the same ids, so that the tape finds where they came from. The engine's own way
 * runs a kernel and records a node for each, a third of all kernels of a training step.
 */
function saveAliases(tensors: tf.Tensor[]): tf.Tensor[] {
  const engine = internals()
  return tensors.map((t) => {
    const alias = new tf.Tensor(t.shape, t.dtype, t.dataId, t.id)
    const { backend } = engine.state.tensorInfo.get(t.dataId)!
    backend.incRef(t.dataId)
    engine.trackTensor(alias, backend)
    return tf.keep(alias)
  })
}

/** One recording of kernels and the walks back along it. */
export interface Tape {
  /** Runs `f` with its kernels recorded. */
  record<T extends tf.TensorContainer>(f: () => T): T
  /** The gradients Σ dy ∂y/∂x for each x of `xs`, undefined where y does not depend on x. */
  pull(xs: readonly tf.Tensor[], y: tf.Tensor, dy: tf.Tensor): (tf.Tensor | undefined)[]
}

/**
 * Runs `body` with a tape of its own: inside a kernel, inside a gradient rule and under an outer tape, where the engine's own
 * recording throws or gives total derivatives. The outer tape is set aside meanwhile and, where it is recording, continued with all
 * that the inner one recorded, so that derivatives of derivatives are right.
 */
export function taped<T>(body: (tape: Tape) => T): T {
  ensureRules()
  const { state } = internals()
  const { activeTape: outer, kernelDepth, gradientDepth } = state
  const continued = gradientDepth > 0 && kernelDepth === 0
  const nodes: TapeNode[] = []
  state.activeTape = nodes
  state.kernelDepth = 0
  if (!continued) state.gradientDepth = 0
  const tape: Tape = {
    record: (f) => {
      const engine = internals()
      const save = engine.saveTensorsForBackwardMode
      engine.saveTensorsForBackwardMode = saveAliases
      state.gradientDepth++
      try {
        return tf.tidy(f)
      } finally {
        state.gradientDepth--
        engine.saveTensorsForBackwardMode = save
      }
    },
    pull: (xs, y, dy) => pull(nodes, xs, y, dy),
  }
  try {
    return body(tape)
  } finally {
    if (continued && outer) for (const node of nodes) outer.push(node)
    else for (const node of nodes) for (const saved of node.saved) saved.dispose()
    state.activeTape = outer
    state.kernelDepth = kernelDepth
    state.gradientDepth = gradientDepth
  }
}

/** Whether what is computed now is recorded for a gradient: within a rule, whether the gradient itself is to be differentiated. */
export const taping = (): boolean => {
  const { gradientDepth, kernelDepth } = internals().state
  return gradientDepth > 0 && kernelDepth === 0
}

/** Runs `f` off every tape and frees all that it makes but its result: no gradient flows through it, and none of it is kept for one. */
export function untaped<T extends tf.TensorContainer>(f: () => T): T {
  const { state } = internals()
  const { gradientDepth } = state
  state.gradientDepth = 0
  try {
    return tf.tidy(f)
  } finally {
    state.gradientDepth = gradientDepth
  }
}

/** The nodes between `xs` and `y`, last first, and the tensors that depend on some x; integers and masks carry no gradient. */
function path(tape: readonly TapeNode[], xs: readonly tf.Tensor[], y: tf.Tensor) {
  const fromX = new Set<number>()
  for (const x of xs) if (x.dtype === 'float32') fromX.add(x.id)
  const through: TapeNode[] = []
  const take = (node: TapeNode): boolean => {
    if (!touches(node, fromX) || isFlat(node.kernelName)) return false
    for (const output of node.outputs) if (output.dtype === 'float32') fromX.add(output.id)
    through.push(node)
    return true
  }
  // a clone that saves a kernel's output is recorded before that kernel, which makes second order wrong: take it after
  const early: TapeNode[] = []
  for (const node of tape) {
    const taken = take(node)
    if (node.saved.length > 0) {
      for (const clone of early) take(clone)
      early.length = 0
    } else if (!taken) early.push(node)
  }
  const toY = new Set([y.id])
  const nodes: TapeNode[] = []
  for (let i = through.length - 1; i >= 0; i--) {
    const node = through[i]!
    if (!node.outputs.some((output) => toY.has(output.id))) continue
    for (const name in node.inputs) {
      const input = node.inputs[name]
      if (input) toY.add(input.id)
    }
    nodes.push(node)
  }
  return { nodes, fromX }
}

function touches(node: TapeNode, ids: Set<number>): boolean {
  for (const name in node.inputs) {
    const input = node.inputs[name]
    if (input && ids.has(input.id)) return true
  }
  return false
}

function pull(tape: readonly TapeNode[], xs: readonly tf.Tensor[], y: tf.Tensor, dy: tf.Tensor) {
  const { nodes, fromX } = path(tape, xs, y)
  const total = new Map<number, tf.Tensor>()
  // gradients that nobody else holds are freed when used
  const owned = new Set<tf.Tensor>()
  const wanted = new Set(xs.map((x) => x.id))
  if (y.dtype === 'float32') total.set(y.id, dy)
  for (const node of nodes) {
    const dys = node.outputs.map((output) => total.get(output.id) ?? null)
    const names = Object.keys(node.inputs).filter((name) => fromX.has(node.inputs[name]?.id ?? -1))
    const mark = idMark()
    const contributions = tf.tidy(() => applyRule(node, dys, names))
    contributions.forEach((contribution, i) => {
      const { id } = node.inputs[names[i]!]!
      const mine =
        contribution.id > mark && contributions.indexOf(contribution) === contributions.lastIndexOf(contribution)
      if (!mine) owned.delete(contribution)
      const sofar = total.get(id)
      if (!sofar) {
        total.set(id, contribution)
        if (mine) owned.add(contribution)
        return
      }
      const sum = tf.add(sofar, contribution)
      total.set(id, sum)
      owned.add(sum)
      if (mine) contribution.dispose()
      if (owned.delete(sofar)) sofar.dispose()
    })
    for (const output of node.outputs) {
      const used = total.get(output.id)
      if (used && !wanted.has(output.id) && owned.delete(used)) {
        total.delete(output.id)
        used.dispose()
      }
    }
  }
  return xs.map((x) => total.get(x.id))
}

function applyRule(node: TapeNode, dys: (tf.Tensor | null)[], names: readonly string[]): tf.Tensor[] {
  if (!node.gradient) throw new EbbflowError('gradient', `the kernel ${node.kernelName} has no gradient rule`)
  const rules = node.gradient(dys)
  return names.map((name) => {
    const rule = rules[name]
    if (!rule)
      throw new EbbflowError('gradient', `the rule of ${node.kernelName} has no gradient for its input '${name}'`)
    const dx = rule()
    const { shape } = node.inputs[name]!
    if (dx.dtype !== 'float32' || !sameShape(dx.shape, shape))
      throw new EbbflowError(
        'gradient',
        `the rule of ${node.kernelName} gave a wrong gradient for its input '${name}'`,
        {
          expected: `float32 ${showShape(shape)}`,
          received: `${dx.dtype} ${showShape(dx.shape)}`,
        },
      )
    // what the tape has saved goes with the tape
    return node.saved.includes(dx) ? view(dx) : dx
  })
}
