import { useId, useState } from 'preact/hooks'
import { allows, DEEPEST, type Option, type Value, WIDEST, writeValue } from '../model/options.js'
import { Select } from '../ui/select.js'
import { Slider } from '../ui/slider.js'

/** A field for one option of a recipe or a layer. */
export function OptionField({
  option,
  value,
  onChange,
}: {
  option: Option
  value: Value
  onChange: (value: Value) => void
}) {
  if (option.kind === 'choice')
    return (
      <Select
        label={option.label}
        value={String(value)}
        options={option.choices}
        onChange={onChange}
        hint={option.hint}
      />
    )
  if (option.kind === 'widths') return <Widths option={option} value={value as readonly number[]} onChange={onChange} />
  return (
    <Slider
      label={option.label}
      value={Number(value)}
      min={option.least}
      max={option.most}
      step={option.kind === 'whole' ? 1 : 0.1}
      onInput={onChange}
      hint={option.hint}
    />
  )
}

function Widths({
  option,
  value,
  onChange,
}: {
  option: Option
  value: readonly number[]
  onChange: (value: readonly number[]) => void
}) {
  const id = useId()
  const [wrong, setWrong] = useState(false)
  const read = (text: string): void => {
    const widths = text
      .split(/[\s,;×x-]+/)
      .filter(Boolean)
      .map(Number)
    const right = allows(option, widths)
    setWrong(!right)
    if (right && writeValue(widths) !== writeValue(value)) onChange(widths)
  }
  return (
    <div class="field">
      <label for={id}>{option.label}</label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        value={value.join(', ')}
        aria-invalid={wrong}
        aria-describedby={`${id}-hint`}
        onChange={(event) => read(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`}>
        {wrong ? `One to ${DEEPEST} whole numbers from 1 to ${WIDEST}, such as 64, 64` : 'One width a hidden layer'}
      </p>
    </div>
  )
}
