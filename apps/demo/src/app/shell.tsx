import { Toasts } from '../ui/toast.js'
import { lazy } from './lazy.js'
import { route } from './router.js'
import { ThemeToggle } from './theme-toggle.js'
import './shell.css'

const Studio = lazy(() => import('../studio/index.js').then(({ Studio }) => Studio))
const Lecture = lazy(() => import('../lecture/index.js').then(({ Lecture }) => Lecture))

const PAGES = [
  { page: 'studio', title: 'Studio' },
  { page: 'lecture', title: 'Lecture' },
] as const

/** The frame around every page: navigation, theme, and the page itself. */
export function Shell() {
  const { page } = route.value
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href="#/studio">
          <img src="./favicon.svg" alt="" width="22" height="22" />
          Ebbflow
        </a>
        <nav aria-label="Main">
          {PAGES.map((each) => (
            <a key={each.page} href={`#/${each.page}`} aria-current={page === each.page ? 'page' : undefined}>
              {each.title}
            </a>
          ))}
        </nav>
        <ThemeToggle />
      </header>
      <main id="main" tabIndex={-1}>
        {page === 'lecture' ? <Lecture /> : page === 'studio' ? <Studio /> : <Missing page={page} />}
      </main>
      <Toasts />
    </>
  )
}

function Missing({ page }: { page: string }) {
  return (
    <div class="stack page">
      <h1>There is no page “{page}”</h1>
      <p>
        Go to the <a href="#/studio">studio</a> or the <a href="#/lecture">lecture</a>.
      </p>
    </div>
  )
}

// a button: the address after # is the page's, and a link to an element would lose it
function skip(): void {
  document.getElementById('main')?.focus()
}
