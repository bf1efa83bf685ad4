import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { lazy } from '../app/lazy.js'
import { route } from '../app/router.js'
import { type LecturePage, pages } from './pages.js'
import './lecture.css'

const KEY = 'ebbflow-lecture-seen'
const seen = signal<ReadonlySet<string>>(remembered())

function remembered(): ReadonlySet<string> {
  return new Set((localStorage.getItem(KEY) ?? '').split(',').filter(Boolean))
}

/** Each page is loaded when it is first shown. */
const bodies = new Map<string, ComponentType>(pages.map(({ slug, load }) => [slug, lazy(load)]))

/** The lecture: its contents, or the page that the address names. */
export function Lecture() {
  const slug = route.value.path[0]
  const at = pages.findIndex((page) => page.slug === slug)
  if (slug === undefined) return <Overview />
  if (at < 0)
    return (
      <div class="page stack">
        <h1>The lecture has no page “{slug}”</h1>
        <p>
          Here are its <a href="#/lecture">contents</a>.
        </p>
      </div>
    )
  return <Page key={slug} at={at} />
}

function Overview() {
  const read = seen.value
  return (
    <div class="page stack">
      <h1>Normalizing flows, by hand</h1>
      <p class="prose">
        A lecture of {pages.length} short pages. Each has something to touch, and everything that moves is computed
        here, in your browser, by exact mathematics or by Ebbflow itself.
      </p>
      <ol class="lecture-list">
        {pages.map(({ slug, title, summary }, i) => (
          <li key={slug}>
            <a href={`#/lecture/${slug}`}>
              <span class="lecture-number">
                {i + 1}
                {read.has(slug) && <span> · seen</span>}
              </span>
              <strong>{title}</strong>
              <span class="small muted">{summary}</span>
            </a>
          </li>
        ))}
      </ol>
    </div>
  )
}

function Page({ at }: { at: number }) {
  const { slug, title, summary } = pages[at] as LecturePage
  const Body = bodies.get(slug)!
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Ebbflow lecture`
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
    seen.value = new Set([...seen.value, slug])
    localStorage.setItem(KEY, [...seen.value].join(','))
    return () => {
      document.title = 'Ebbflow studio'
    }
  }, [])
  return (
    <div class="lecture">
      <Contents at={at} />
      <article class="lecture-page">
        <header>
          <span class="lecture-number">
            Page {at + 1} of {pages.length}
          </span>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p>{summary}</p>
        </header>
        <Body />
        <Turn at={at} />
      </article>
    </div>
  )
}

function Contents({ at }: { at: number }) {
  const wide = matchMedia('(min-width: 60.01rem)').matches
  return (
    <nav class="lecture-contents" aria-label="Pages of the lecture">
      <div class="lecture-progress">
        <progress max={pages.length} value={at + 1} aria-label={`Page ${at + 1} of ${pages.length}`} />
      </div>
      <details open={wide}>
        <summary>All pages</summary>
        <ol>
          {pages.map(({ slug, title }, i) => (
            <li key={slug}>
              <a href={`#/lecture/${slug}`} aria-current={i === at ? 'page' : undefined}>
                <span>{i + 1}</span>
                <span>{title}</span>
                {seen.value.has(slug) && i !== at && (
                  <span>
                    <span aria-hidden="true">✓</span>
                    <span class="visually-hidden">seen</span>
                  </span>
                )}
              </a>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  )
}

function Turn({ at }: { at: number }) {
  const [before, after] = [pages[at - 1], pages[at + 1]]
  return (
    <nav class="lecture-turn" aria-label="Turn the page">
      {before && (
        <a class="previous" rel="prev" href={`#/lecture/${before.slug}`}>
          <span>← Previous</span>
          {before.title}
        </a>
      )}
      {after ? (
        <a class="next" rel="next" href={`#/lecture/${after.slug}`}>
          <span>Next →</span>
          {after.title}
        </a>
      ) : (
        <a class="next" href="#/studio">
          <span>Next →</span>
          Train one of your own in the studio
        </a>
      )}
    </nav>
  )
}
