import temml from 'temml'
import { Scroll } from './scroll.js'
import './tex.css'

const made = new Map<string, string>()

/** A formula in TeX as MathML, at once: pages of the lecture are loaded together with what renders them. */
export function Tex({ children, block = false }: { children: string; block?: boolean }) {
  const key = `${block}${children}`
  const known = made.get(key) ?? temml.renderToString(children, { displayMode: block })
  made.set(key, known)
  const html = { __html: known }
  if (!block) return <span class="tex" dangerouslySetInnerHTML={html} />
  return (
    <Scroll label="Formula" class="tex-block">
      <div class="tex" dangerouslySetInnerHTML={html} />
    </Scroll>
  )
}
