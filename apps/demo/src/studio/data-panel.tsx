import { toyNames, toyTitle } from '../data/toys.js'
import { Card } from '../ui/card.js'
import { Select } from '../ui/select.js'
import { change, settings } from './store.js'

/** What to learn. */
export function DataPanel() {
  return (
    <Card title="Data">
      <Select
        label="Distribution"
        value={settings.value.data}
        options={toyNames.map((value) => ({ value: value as string, label: toyTitle(value), group: 'Two values' }))}
        onChange={(data) => void change({ data })}
      />
    </Card>
  )
}
