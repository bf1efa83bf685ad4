import type { ComponentChildren } from 'preact'
import './card.css'

/** A picture with a title above and words below. */
export function Figure({
  title,
  caption,
  children,
  class: more = '',
}: {
  title?: string
  caption?: ComponentChildren
  children: ComponentChildren
  class?: string
}) {
  return (
    <figure class={`figure ${more}`}>
      {title && <div class="figure-title">{title}</div>}
      <div class="figure-body">{children}</div>
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  )
}
