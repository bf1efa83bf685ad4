/** A number as readers see it: so many digits after the point, and a minus sign that is one. */
export function show(value: number, digits = 2): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')
}

/** The same, with a sign in front of positive numbers as well. */
export const signed = (value: number, digits = 2): string => (value >= 0 ? '+' : '') + show(value, digits)

/** A share as a percentage. */
export const percent = (value: number, digits = 0): string => `${show(100 * value, digits)} %`

/** A small number with a power of ten. */
export function scientific(value: number): string {
  if (value === 0) return '0'
  if (!Number.isFinite(value)) return '–'
  const [digits = '', power = ''] = value.toExponential(1).split('e')
  const raised = [...power.replace('+', '')].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]!)).join('')
  return `${digits.replace('-', '−')} · 10${raised}`
}
