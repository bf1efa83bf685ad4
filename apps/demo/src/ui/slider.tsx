import { useId } from 'preact/hooks'
import './controls.css'

/** A number in a range. `format` is what is shown of it, and read out. */
export function Slider({
  label,
  value,
  min,
  max,
  step = 'any',
  onInput,
  format = (x) => String(x),
  disabled = false,
  hint,
}: {
  label: string
  value: number
  min: number
  max: number
  step?: number | 'any'
  onInput: (value: number) => void
  format?: (value: number) => string
  disabled?: boolean
  hint?: string | undefined
}) {
  const id = useId()
  return (
    <div class="field slider">
      <label for={id}>{label}</label>
      <output for={id}>{format(value)}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={format(value)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
