import { signal } from '@preact/signals'
import './controls.css'

interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'plain' | 'bad'
}

const toasts = signal<readonly Toast[]>([])
let next = 0

const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Says something in the corner of the page; errors (`bad`) stay until they are dismissed. */
export function toast(text: string, kind: Toast['kind'] = 'plain'): void {
  const id = next++
  toasts.value = [...toasts.value.filter((other) => other.text !== text), { id, text, kind }]
  if (kind === 'plain') setTimeout(() => dismiss(id), 5000)
}

/** Where toasts are shown; screen readers read them as they come. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, kind }) => (
        <div key={id} class={`toast ${kind}`}>
          <p>{text}</p>
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  )
}
