import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Something wide that scrolls by itself where there is no room for it, and can then be reached by keyboard. */
export function Scroll({
  children,
  label,
  class: more = '',
}: {
  children: ComponentChildren
  label: string
  class?: string
}) {
  const place = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    const element = place.current!
    const observer = new ResizeObserver(() => setOver(element.scrollWidth > element.clientWidth))
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  return (
    <div class={`scroll-x ${more}`} ref={place} {...(over && { tabIndex: 0, role: 'region', 'aria-label': label })}>
      {children}
    </div>
  )
}
