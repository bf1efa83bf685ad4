import type { ComponentChildren } from 'preact'
import './controls.css'

/** A button: `primary` for the one thing to do next, `quiet` for what stands aside. */
export function Button({
  children,
  onClick,
  kind = 'plain',
  disabled = false,
  label,
  pressed,
  type = 'button',
}: {
  children: ComponentChildren
  onClick?: (event: MouseEvent) => void
  kind?: 'plain' | 'primary' | 'quiet'
  disabled?: boolean
  /** What a screen reader says where the text does not say it. */
  label?: string | undefined
  /** For buttons that stay pressed. */
  pressed?: boolean | undefined
  type?: 'button' | 'submit'
}) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      aria-pressed={pressed}
    >
      {children}
    </button>
  )
}
