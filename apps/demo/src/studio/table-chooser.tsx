import { signal } from '@preact/signals'
import { Button } from '../ui/button.js'
import type { Header } from '../worker/protocol.js'
import { FileDrop } from './file-drop.js'
import { table } from './sources.js'
import { reopen, worker } from './store.js'

/** The file whose columns are being chosen. */
const found = signal<{ readonly name: string; readonly text: string; readonly header: Header } | undefined>(undefined)
const chosen = signal<readonly string[]>([])
const wrong = signal('')

/** Columns that are taken at first. */
const FIRST = 6

async function read(file: File): Promise<void> {
  wrong.value = ''
  try {
    const text = await file.text()
    const header = await worker().ask('header', { text, name: file.name })
    found.value = { name: file.name, text, header }
    chosen.value = header.names.filter((name, c) => name !== '' && header.numeric[c]).slice(0, FIRST)
  } catch (error) {
    found.value = undefined
    wrong.value = (error as Error).message
  }
}

async function use(): Promise<void> {
  const file = found.value
  if (!file) return
  wrong.value = ''
  try {
    const columns = file.header.names.filter((name) => chosen.value.includes(name))
    table.value = { name: file.name, ...(await worker().ask('table', { text: file.text, name: file.name, columns })) }
    await reopen()
  } catch (error) {
    wrong.value = (error as Error).message
  }
}

const toggle = (name: string, on: boolean): void => {
  chosen.value = on ? [...chosen.value, name] : chosen.value.filter((other) => other !== name)
}

/** A CSV file and its columns. */
export function TableChooser() {
  const header = found.value?.header
  return (
    <>
      <FileDrop
        label="Drop a CSV file, or choose one"
        accept=".csv,.tsv,.txt,text/csv"
        onFile={(file) => void read(file)}
      />
      {header && (
        <fieldset class="chooser">
          <legend>Columns of {found.value?.name}</legend>
          {header.names.map((name, c) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={chosen.value.includes(name)}
                disabled={name === ''}
                onChange={(event) => toggle(name, event.currentTarget.checked)}
              />
              {name || <em>no name</em>} {!header.numeric[c] && <span class="muted">not numbers</span>}
            </label>
          ))}
          <Button kind="primary" disabled={chosen.value.length === 0} onClick={() => void use()}>
            Use {chosen.value.length} {chosen.value.length === 1 ? 'column' : 'columns'}
          </Button>
        </fieldset>
      )}
      {wrong.value && (
        <p class="failure" role="alert">
          {wrong.value}
        </p>
      )}
    </>
  )
}
