import { useId } from 'preact/hooks'
import './controls.css'

/** One of a few things that have names. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
  hint,
  hideLabel = false,
}: {
  label: string
  value: T
  options: readonly { readonly value: T; readonly label: string; readonly group?: string | undefined }[]
  onChange: (value: T) => void
  disabled?: boolean
  hint?: string | undefined
  hideLabel?: boolean
}) {
  const id = useId()
  const groups = [...new Set(options.map(({ group }) => group))]
  const shown = (group: string | undefined) =>
    options
      .filter((option) => option.group === group)
      .map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.value as T)}
      >
        {groups.map((group) =>
          group === undefined ? (
            shown(group)
          ) : (
            <optgroup key={group} label={group}>
              {shown(group)}
            </optgroup>
          ),
        )}
      </select>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
