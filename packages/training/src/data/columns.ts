import { EbbflowError } from '@ebbflow/core'
import * as v from 'valibot'
import { cellOf, pointOf, showStep } from './lattice.js'

const Finite = v.pipe(v.number(), v.finite())
const Positive = v.pipe(Finite, v.gtValue(0))

const Dequantise = v.object({
  type: v.literal('dequantise'),
  lattice: v.object({ numerator: Positive, denominator: Positive, offset: Finite }),
})
const Log = v.object({ type: v.literal('log'), shift: Finite })
const Logit = v.object({ type: v.literal('logit'), lower: Finite, upper: Finite })
const Standardise = v.object({ type: v.literal('standardise'), mean: Finite, deviation: Positive })
const StepSchema = v.variant('type', [Dequantise, Log, Logit, Standardise])

/** The schema of {@link ColumnTransform}, and of the preprocessing of a model file. */
export const ColumnTransformSchema = v.object({ name: v.string(), steps: v.array(StepSchema), deviation: Positive })

/** One invertible step from data to model units. */
export type Step = v.InferOutput<typeof StepSchema>

/**
 * How one column becomes a model input, as plain JSON: steps applied in order.
 *
 * - `dequantise`: v ↦ point + step · u with u ~ U(0, 1), seeded; back, it floors onto the lattice. Its log-determinant is 0, as it is
 *   written in data units.
 * - `log`: v ↦ ln(v − shift), for v > shift.
 * - `logit`: v ↦ ln(p / (1 − p)) with p = (v − lower) / (upper − lower).
 * - `standardise`: v ↦ (v − mean) / deviation.
 *
 * `deviation` is that of the training rows in data units, dequantised: the unit of likelihoods called standardised.
 */
export type ColumnTransform = v.InferOutput<typeof ColumnTransformSchema>

/** The image of a value and ln |d image / d value|: −∞ where the column's density has no mass. */
export interface Moved {
  value: number
  logDet: number
}

/**
 * Writes the model's value for a data value to `out`, with the log-determinant in data units. `noise` in (0, 1) is the place within a cell.
 * A value outside the support gives `value` 0 and `logDet` −∞.
 */
export function forward(steps: readonly Step[], value: number, noise: number, out: Moved): void {
  let x = value
  let logDet = 0
  for (const step of steps) {
    if (step.type === 'dequantise') {
      x = pointOf(step.lattice, cellOf(step.lattice, x) + noise)
    } else if (step.type === 'log') {
      x -= step.shift
      logDet -= Math.log(x)
      x = Math.log(x)
    } else if (step.type === 'logit') {
      const width = step.upper - step.lower
      const p = (x - step.lower) / width
      x = Math.log(p) - Math.log1p(-p)
      logDet -= Math.log(width) + Math.log(p) + Math.log1p(-p)
    } else {
      x = (x - step.mean) / step.deviation
      logDet -= Math.log(step.deviation)
    }
    if (!Number.isFinite(x)) {
      out.value = 0
      out.logDet = -Infinity
      return
    }
  }
  out.value = x
  out.logDet = logDet
}

/** The data value for a model's value. */
export function inverse(steps: readonly Step[], value: number): number {
  let x = value
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!
    if (step.type === 'standardise') x = x * step.deviation + step.mean
    else if (step.type === 'log') x = Math.exp(x) + step.shift
    else if (step.type === 'logit') x = step.lower + (step.upper - step.lower) / (1 + Math.exp(-x))
    else
      x = pointOf(
        step.lattice,
        Math.floor((x * step.lattice.denominator - step.lattice.offset) / step.lattice.numerator),
      )
  }
  return x
}

/** Σ ln deviation over the columns: a log-density in data units plus this is one in standardised units. */
export const standardisedOffset = (columns: readonly ColumnTransform[]): number =>
  columns.reduce((sum, { deviation }) => sum + Math.log(deviation), 0)

const show = (x: number): string => String(Number(x.toPrecision(4)))

const describeStep = (step: Step): string => {
  if (step.type === 'log') return step.shift === 0 ? 'logarithm' : `logarithm of what exceeds ${show(step.shift)}`
  if (step.type === 'logit') return `bounded by ${show(step.lower)} and ${show(step.upper)}`
  if (step.type === 'standardise') return `standardised (mean ${show(step.mean)}, deviation ${show(step.deviation)})`
  const { lattice } = step
  const whole = lattice.numerator === 1 && lattice.denominator === 1 && lattice.offset === 0
  return `${whole ? 'whole numbers' : `multiples of ${showStep(lattice)}`}${lattice.offset === 0 ? '' : ` from ${show(lattice.offset / lattice.denominator)}`}, dequantised`
}

/** What is done to a column, in words. */
export const describeColumn = (column: ColumnTransform): string => column.steps.map(describeStep).join('; ')

/**
 * Checks that `json` is the preprocessing of a model.
 *
 * @throws EbbflowError `file` naming what is wrong.
 */
export function parsePreprocessing(json: unknown): ColumnTransform[] {
  const parsed = v.safeParse(v.object({ columns: v.array(ColumnTransformSchema) }), json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    throw new EbbflowError('file', `the preprocessing is not valid: ${v.getDotPath(issue) ?? ''} ${issue.message}`)
  }
  return parsed.output.columns
}
