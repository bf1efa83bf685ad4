type Value = string | number | undefined

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as SVG takes it. */
export const escapeText = (text: string): string => text.replace(/[&<>"]/g, (mark) => ESCAPES[mark]!)

const round = (value: number): string => String(Math.round(value * 100) / 100)

/** An SVG element as text; attributes that are undefined are left out. */
export function element(name: string, attributes: Record<string, Value>, ...children: string[]): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value as string)}"`)
    .join('')
  return children.length === 0 ? `<${name}${list}/>` : `<${name}${list}>${children.join('')}</${name}>`
}
