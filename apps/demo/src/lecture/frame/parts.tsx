import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { show } from './show.js'
import './parts.css'

/** Text of the lecture. */
export const Prose = ({ children }: { children: ComponentChildren }) => (
  <div class="prose lecture-prose">{children}</div>
)

/** Something to touch, with its name and what to do with it. */
export function Widget({
  title,
  hint,
  children,
  controls,
}: {
  title: string
  /** What to do, in a sentence. */
  hint?: ComponentChildren
  children: ComponentChildren
  controls?: ComponentChildren
}) {
  return (
    <section class="widget" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {hint && <p class="small muted">{hint}</p>}
      </header>
      {children}
      {controls && <div class="widget-controls">{controls}</div>}
    </section>
  )
}

/** Columns where there is room for them; a `pair` stays side by side even on a phone, for one is watched while the other is touched. */
export const Columns = ({ children, pair = false }: { children: ComponentChildren; pair?: boolean }) => (
  <div class={pair ? 'columns pair' : 'columns'}>{children}</div>
)

/** Figures with their names. */
export function Readout({
  rows,
}: {
  rows: readonly { readonly name: ComponentChildren; readonly value: ComponentChildren; readonly strong?: boolean }[]
}) {
  return (
    <dl class="readout">
      {rows.map(({ name, value, strong }, i) => (
        <div key={i} class={strong ? 'strong' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What a screen reader says once things have come to rest. */
export function Announce({ children }: { children: string }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(children), 700)
    return () => clearTimeout(timer)
  }, [children])
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {said}
    </p>
  )
}

/** A matrix between its brackets. */
export function MatrixView({
  rows,
  digits = 2,
  colour,
  label,
}: {
  rows: readonly (readonly number[])[]
  digits?: number
  /** The token that colours an entry. */
  colour?: (i: number, j: number) => string | undefined
  label: string
}) {
  const spoken = `${label}: ${rows.map((row) => row.map((value) => show(value, digits)).join(', ')).join('; ')}`
  return (
    <div
      class="matrix"
      role="img"
      aria-label={spoken}
      style={{ gridTemplateColumns: `repeat(${rows[0]!.length}, auto)` }}
    >
      {rows.flatMap((row, i) =>
        row.map((value, j) => {
          const token = colour?.(i, j)
          return (
            <span key={`${i} ${j}`} style={token ? { color: `var(--${token})` } : undefined}>
              {show(value, digits)}
            </span>
          )
        }),
      )}
    </div>
  )
}

/** A line that says what a colour means. */
export const Legend = ({
  items,
}: {
  items: readonly { readonly token: string; readonly text: ComponentChildren }[]
}) => (
  <ul class="legend">
    {items.map(({ token, text }) => (
      <li key={token}>
        <span style={{ background: `var(--${token})` }} aria-hidden="true" />
        {text}
      </li>
    ))}
  </ul>
)

/** A few choices of which one holds. */
export function Choices<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: T
  options: readonly { readonly value: T; readonly label: string }[]
  onChange: (value: T) => void
}) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
