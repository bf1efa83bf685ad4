import { type ReadonlySignal, signal } from '@preact/signals'

/** Where the reader is: `#/lecture/jacobian?x=1` is the page `lecture`, the path `['jacobian']` and the parameter x. */
export interface Route {
  readonly page: string
  readonly path: readonly string[]
  readonly parameters: Readonly<Record<string, string>>
}

/** Reads the part of an address after `#`. */
export function parseRoute(hash: string): Route {
  const [place = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [page = '', ...path] = place.split('/').filter(Boolean).map(decoded)
  return { page: page || 'studio', path, parameters: Object.fromEntries(new URLSearchParams(query)) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The part of an address after and with `#`. */
export function formatRoute({ page, path, parameters }: Route): string {
  const query = new URLSearchParams(parameters).toString()
  return `#/${[page, ...path].map(encodeURIComponent).join('/')}${query ? `?${query}` : ''}`
}

const current = signal<Route>(parseRoute(globalThis.location?.hash ?? ''))

/** Where the reader is now. */
export const route: ReadonlySignal<Route> = current

globalThis.addEventListener?.('hashchange', () => {
  current.value = parseRoute(location.hash)
})

/** Writes parameters of this page into the address without a step in the history; undefined takes one out. */
export function setParameters(changes: Readonly<Record<string, string | undefined>>): void {
  const merged = Object.entries({ ...current.value.parameters, ...changes })
  const parameters = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined))
  const next = { ...current.value, parameters }
  const address = formatRoute(next)
  if (address === formatRoute(current.value)) return
  history.replaceState(null, '', address)
  current.value = next
}
