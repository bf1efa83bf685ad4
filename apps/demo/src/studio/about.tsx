import { useState } from 'preact/hooks'
import type { Paper } from '../model/recipes.js'
import { Formula } from '../ui/formula.js'

/** A formula and where it comes from, unfolded on request: the code that sets formulas is fetched then. */
export function About({ formula, paper, open = false }: { formula: string; paper: Paper; open?: boolean }) {
  const [seen, setSeen] = useState(open)
  return (
    <details open={open} onToggle={(event) => event.currentTarget.open && setSeen(true)}>
      <summary>Formula and paper</summary>
      {seen && <Formula tex={formula} block />}
      <p class="hint">
        <a href={paper.url} target="_blank" rel="noreferrer">
          {paper.title}
        </a>
        , {paper.by}
      </p>
    </details>
  )
}
