import { type ThemeChoice, themeChoice } from './theme.js'

const CHOICES: readonly { value: ThemeChoice; label: string; sign: string }[] = [
  { value: 'system', label: 'As the system', sign: '◐' },
  { value: 'light', label: 'Light', sign: '☼' },
  { value: 'dark', label: 'Dark', sign: '☾' },
]

/** Chooses between light, dark and what the system says. */
export function ThemeToggle() {
  return (
    <fieldset class="theme">
      <legend class="visually-hidden">Theme</legend>
      {CHOICES.map(({ value, label, sign }) => (
        <label key={value} title={label}>
          <input
            type="radio"
            name="theme"
            class="visually-hidden"
            checked={themeChoice.value === value}
            onChange={() => {
              themeChoice.value = value
            }}
          />
          <span aria-hidden="true">{sign}</span>
          <span class="visually-hidden">{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
