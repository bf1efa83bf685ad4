import { useEffect, useState } from 'preact/hooks'

type Render = (tex: string, options: { displayMode: boolean }) => string
let render: Promise<Render> | undefined
const made = new Map<string, string>()

/** A formula in TeX, shown as MathML. Until the code for it is there the TeX itself is shown. */
export function Formula({ tex, block = false }: { tex: string; block?: boolean }) {
  const key = `${block}${tex}`
  const [html, setHtml] = useState(made.get(key))
  useEffect(() => {
    let current = true
    const known = made.get(key)
    setHtml(known)
    if (known !== undefined) return
    render ??= import('temml').then(
      ({ default: temml }) =>
        (source, options) =>
          temml.renderToString(source, options),
    )
    void render.then((toMathML) => {
      const result = toMathML(tex, { displayMode: block })
      made.set(key, result)
      if (current) setHtml(result)
    })
    return () => {
      current = false
    }
  }, [key])
  const Tag = block ? 'div' : 'span'
  if (html === undefined) return <Tag class="formula mono">{tex}</Tag>
  return <Tag class="formula" dangerouslySetInnerHTML={{ __html: html }} />
}
