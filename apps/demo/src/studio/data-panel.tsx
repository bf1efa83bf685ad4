import { packaged } from '../data/packaged.js'
import { toyNames, toyTitle } from '../data/toys.js'
import { Card } from '../ui/card.js'
import { Select } from '../ui/select.js'
import { DrawingBoard } from './drawing-board.js'
import { PictureChooser } from './picture-chooser.js'
import { changesFor } from './settings.js'
import { change, opened, settings } from './store.js'
import { TableChooser } from './table-chooser.js'

const OPTIONS = [
  ...toyNames.map((value) => ({ value: value as string, label: toyTitle(value), group: 'Two values' })),
  { value: 'drawn', label: 'Draw it', group: 'Your own' },
  { value: 'picture', label: 'A picture', group: 'Your own' },
  { value: 'table', label: 'A table (CSV)', group: 'Your own' },
  ...Object.entries(packaged).map(([value, { title }]) => ({ value, label: title, group: 'Real data' })),
]

/** What to learn. */
export function DataPanel() {
  const { data } = settings.value
  const what = opened.value?.columns ?? []
  const plain = what.every((column) => column.what.startsWith('standardised'))
  return (
    <Card title="Data">
      <Select
        label="Distribution"
        value={data}
        options={OPTIONS}
        onChange={(name) => void change(changesFor(name, settings.value))}
      />
      {data === 'drawn' && <DrawingBoard />}
      {data === 'picture' && <PictureChooser />}
      {data === 'table' && <TableChooser />}
      {!plain && (
        <details>
          <summary>How columns become the flow’s inputs</summary>
          <dl class="columns">
            {what.map((column) => (
              <div key={column.name}>
                <dt>{column.name}</dt>
                <dd>{column.what}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {opened.value?.notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
    </Card>
  )
}
