import { signed } from '../frame/show.js'
import './composition.css'

/** Terms of a sum as bars one below another, each beginning where the one before ended; the last is the sum. */
export function TermBars({ terms }: { terms: readonly { readonly name: string; readonly value: number }[] }) {
  let at = 0
  const bars = terms.map(({ name, value }) => {
    const from = at
    at += value
    return { name, value, from, to: at }
  })
  const low = Math.min(0, ...bars.map(({ to }) => to))
  const high = Math.max(0, ...bars.map(({ to }) => to))
  const span = Math.max(1e-9, high - low)
  const place = (value: number): string => `${(100 * (value - low)) / span}%`
  const width = (a: number, b: number): string => `${(100 * Math.abs(b - a)) / span}%`
  const rows = [
    ...bars.map((bar) => ({ ...bar, sum: false })),
    { name: 'log p(x)', value: at, from: 0, to: at, sum: true },
  ]
  return (
    <ul class="terms" aria-label="Terms of the log-density">
      {rows.map(({ name, value, from, to, sum }) => (
        <li key={`${name}${sum}`} class={sum ? 'sum' : undefined}>
          <span>{name}</span>
          <span class="track" aria-hidden="true">
            <span class="zero" style={{ insetInlineStart: place(0) }} />
            <span
              class={`bar ${sum ? 'sum' : value < 0 ? 'down' : 'up'}`}
              style={{ insetInlineStart: place(Math.min(from, to)), inlineSize: width(from, to) }}
            />
          </span>
          <span>{signed(value)}</span>
        </li>
      ))}
    </ul>
  )
}
