import { computed, effect, signal } from '@preact/signals'

/** What the reader asked for. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'ebbflow-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const systemDark = signal(system.matches)
system.addEventListener('change', () => {
  systemDark.value = system.matches
})

function remembered(): ThemeChoice {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** The reader's choice, kept over visits. */
export const themeChoice = signal<ThemeChoice>(remembered())

/** What is shown; pictures on a canvas read this in their drawing, so that they are drawn anew when it changes. */
export const dark = computed(() => (themeChoice.value === 'system' ? systemDark.value : themeChoice.value === 'dark'))

effect(() => {
  const choice = themeChoice.value
  if (choice === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(KEY, choice)
    document.documentElement.dataset.theme = choice
  }
})

/** Design tokens that are colours. */
export type ColourToken =
  | 'bg'
  | 'surface'
  | 'surface-2'
  | 'text'
  | 'text-muted'
  | 'border'
  | 'border-strong'
  | 'accent'
  | 'accent-2'
  | 'data'
  | 'model'
  | 'good'
  | 'bad'
  | 'grid'

const resolved = computed(() => ({ dark: dark.value, colours: new Map<ColourToken, string>() }))

/** A token's colour as a canvas understands it, in the theme that is shown. */
export function colour(token: ColourToken): string {
  const { colours } = resolved.value
  const known = colours.get(token)
  if (known) return known
  const probe = document.createElement('span')
  probe.style.color = `var(--${token})`
  document.body.append(probe)
  const found = getComputedStyle(probe).color
  probe.remove()
  colours.set(token, found)
  return found
}

/** The colour as three numbers from 0 to 255. */
export function channels(token: ColourToken): readonly [number, number, number] {
  const [r = 0, g = 0, b = 0] = (colour(token).match(/[\d.]+/g) ?? []).map(Number)
  return [r, g, b]
}
