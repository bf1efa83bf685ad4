import { type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { route, setParameters } from '../../app/router.js'

/** How a value of a page stands in its address. */
export interface Codec<T> {
  readonly initial: T
  /** Undefined where the text is no such value. */
  parse(text: string): T | undefined
  format(value: T): string
}

interface Range {
  readonly min: number
  readonly max: number
}

const brief = (value: number): string => String(Number(value.toFixed(4)))

const within = (text: string, { min, max }: Range): number | undefined => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : undefined
}

/** A number, held within its range. */
export const number = (initial: number, range: Range): Codec<number> => ({
  initial,
  parse: (text) => within(text, range),
  format: brief,
})

/** So many numbers, each held within the range; of any number from 1 to `most` where that is given. */
export const numbers = (initial: readonly number[], range: Range, most?: number): Codec<readonly number[]> => ({
  initial,
  parse: (text) => {
    const values = text.split(',').map((part) => within(part, range))
    const right = most === undefined ? values.length === initial.length : values.length <= most
    return right && values.every((value) => value !== undefined) ? (values as number[]) : undefined
  },
  format: (values) => values.map(brief).join(','),
})

/** One of a few names. */
export const choice = <T extends string>(initial: T, names: readonly T[]): Codec<T> => ({
  initial,
  parse: (text) => names.find((name) => name === text),
  format: (value) => value,
})

/** The signals of a page's state. */
export type PageState<C> = { readonly [K in keyof C]: C[K] extends Codec<infer T> ? Signal<T> : never }

const QUIET = 300

/**
 * A page's state, which its address holds: read from it, and written to it when it has not changed for a moment, for browsers slow down pages
 * that write at every frame. Values at their start stay out of the address.
 */
export function usePageState<C extends Record<string, Codec<never> | Codec<unknown>>>(codecs: C): PageState<C> {
  const signals = useMemo(() => {
    const made: Record<string, Signal<unknown>> = {}
    for (const [name, codec] of Object.entries(codecs) as [string, Codec<unknown>][])
      made[name] = signal(read(name, codec))
    return made
  }, [])

  useEffect(() => {
    const entries = Object.entries(codecs) as [string, Codec<unknown>][]
    let timer: ReturnType<typeof setTimeout> | undefined
    const here = route.value.path.join('/')
    let written = JSON.stringify(route.value.parameters)
    const write = (): void => {
      if (route.value.path.join('/') !== here) return
      const changes: Record<string, string | undefined> = {}
      for (const [name, codec] of entries) {
        const text = codec.format(signals[name]!.value)
        changes[name] = text === codec.format(codec.initial) ? undefined : text
      }
      setParameters(changes)
      written = JSON.stringify(route.value.parameters)
    }
    const stops = entries.map(([name]) => {
      let first = true
      return signals[name]!.subscribe(() => {
        if (first) {
          first = false
          return
        }
        clearTimeout(timer)
        timer = setTimeout(write, QUIET)
      })
    })
    // a link or a step in the history changes the address by itself
    const stop = route.subscribe(({ path, parameters }) => {
      if (path.join('/') !== here || JSON.stringify(parameters) === written) return
      written = JSON.stringify(parameters)
      for (const [name, codec] of entries) signals[name]!.value = read(name, codec)
      // what was still to be written is overtaken
      clearTimeout(timer)
    })
    return () => {
      clearTimeout(timer)
      stop()
      for (const each of stops) each()
    }
  }, [])

  return signals as unknown as PageState<C>
}

function read<T>(name: string, codec: Codec<T>): T {
  const text = route.peek().parameters[name]
  return (text === undefined ? undefined : codec.parse(text)) ?? codec.initial
}
