import { EbbflowError } from '@ebbflow/core'
import { type Lattice, parseStep } from './lattice.js'

/** What the user wants for a column; with none of the three it is only standardised. */
export interface ColumnChoice {
  readonly lattice?: Lattice | 'find'
  readonly log?: { readonly shift: number }
  readonly bounded?: { readonly lower: number; readonly upper: number }
}

const FORMS =
  'plain, lattice, lattice:STEP, log, log:SHIFT, bounded:LOWER:UPPER, or a lattice and one of the latter joined by +'

const wrong = (text: string): EbbflowError =>
  new EbbflowError('argument', 'unknown column treatment', { expected: FORMS, received: `'${text}'` })

function numberOf(part: string | undefined, text: string): number {
  const value = part === undefined || part.trim() === '' ? Number.NaN : Number(part)
  if (!Number.isFinite(value)) throw wrong(text)
  return value
}

/**
 * Reads what is wanted for a column: `plain`, `lattice`, `lattice:1/60`, `log`, `log:-1`, `bounded:0:1`, `lattice:1+log`.
 *
 * @throws EbbflowError `argument` for anything else.
 */
export function parseChoice(text: string): ColumnChoice {
  if (text === 'plain') return {}
  const choice: { -readonly [K in keyof ColumnChoice]: ColumnChoice[K] } = {}
  for (const part of text.split('+')) {
    const [kind, ...rest] = part.split(':')
    if (kind === 'lattice' && rest.length <= 1 && !choice.lattice)
      choice.lattice = rest[0] === undefined ? 'find' : parseStep(rest[0])
    else if (kind === 'log' && rest.length <= 1 && !choice.log && !choice.bounded)
      choice.log = { shift: rest[0] === undefined ? 0 : numberOf(rest[0], text) }
    else if (kind === 'bounded' && rest.length === 2 && !choice.log && !choice.bounded) {
      const [lower, upper] = [numberOf(rest[0], text), numberOf(rest[1], text)]
      if (!(lower < upper)) throw wrong(text)
      choice.bounded = { lower, upper }
    } else throw wrong(text)
  }
  return choice
}
