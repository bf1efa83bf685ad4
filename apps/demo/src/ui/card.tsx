import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './card.css'

/** A part of a page with a title. */
export function Card({
  title,
  children,
  actions,
  class: more = '',
}: {
  title: string
  children: ComponentChildren
  /** Buttons beside the title. */
  actions?: ComponentChildren
  class?: string
}) {
  const id = useId()
  return (
    <section class={`card ${more}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  )
}
