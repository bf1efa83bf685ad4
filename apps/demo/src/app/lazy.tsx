import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component whose code is loaded when it is first shown. */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined
  return function Lazy() {
    const [Found, setFound] = useState<{ component?: ComponentType | undefined; error?: Error }>({ component: loaded })
    useEffect(() => {
      if (Found.component) return
      load().then(
        (component) => {
          loaded = component
          setFound({ component })
        },
        (error: Error) => setFound({ error }),
      )
    }, [])
    if (Found.error)
      return (
        <p class="page" role="alert">
          This page could not be loaded: {Found.error.message}
        </p>
      )
    if (!Found.component) return <p class="page muted">Loading…</p>
    return <Found.component />
  }
}
