import temml from 'temml'
import './tex.css'

const made = new Map<string, string>()

/** A formula in TeX as MathML, at once: pages of the lecture are loaded together with what renders them. */
export function Tex({ children, block = false }: { children: string; block?: boolean }) {
  const key = `${block}${children}`
  const known = made.get(key) ?? temml.renderToString(children, { displayMode: block })
  made.set(key, known)
  const Tag = block ? 'div' : 'span'
  return <Tag class={block ? 'tex tex-block' : 'tex'} dangerouslySetInnerHTML={{ __html: known }} />
}
