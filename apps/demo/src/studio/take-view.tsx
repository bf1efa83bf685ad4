import { signal } from '@preact/signals'
import { formatRoute } from '../app/router.js'
import { programOf } from '../take/code.js'
import { csvOf } from '../take/csv.js'
import { download } from '../take/download.js'
import { LONGEST, pack } from '../take/link.js'
import { Button } from '../ui/button.js'
import { Card } from '../ui/card.js'
import { toast } from '../ui/toast.js'
import { FileDrop } from './file-drop.js'
import { fileName } from './names.js'
import { savePicture } from './picture-file.js'
import { modelOf, writeSettings } from './settings.js'
import { imported, load, opened, phase, settings, source, stepNow, worker } from './store.js'

const CSV_ROWS = 10_000
const wrong = signal('')

const name = (): string => fileName(settings.value.data, settings.value.recipe)
const bytes = () => worker().ask('save', { recipe: settings.value.recipe })

/** Runs what a button asks, and says what went wrong. */
const doing = (work: () => Promise<unknown>) => (): void => {
  wrong.value = ''
  work().catch((error: Error) => {
    wrong.value = error.message
  })
}

async function copyLink(): Promise<void> {
  const model = await pack(await bytes())
  if (model.length > LONGEST)
    throw new Error(
      `the model makes a link of ${model.length.toLocaleString('en')} characters, and ${LONGEST.toLocaleString('en')} is the most: take the file, or a smaller model`,
    )
  const own = Object.entries({ ...writeSettings(settings.value), model }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const link = new URL(formatRoute({ page: 'studio', path: [], parameters: Object.fromEntries(own) }), location.href)
  await navigator.clipboard.writeText(link.href)
  toast(
    `A link of ${link.href.length.toLocaleString('en')} characters is on the clipboard; it holds the trained model.`,
  )
}

const code = (): string =>
  programOf({
    model: modelOf(settings.value, source.value?.names.length ?? 2),
    file: `${name()}.safetensors`,
    columns: source.value?.names ?? [],
    ...settings.value,
    steps: stepNow.value,
  })

/** Files, a link and a program of the flow, and the way back. */
export function TakeView() {
  const ready = opened.value !== undefined && phase.value !== 'opening'
  return (
    <Card title="Take away">
      <div class="row">
        <Button
          disabled={!ready}
          onClick={doing(async () => download(`${name()}.safetensors`, await bytes(), 'application/octet-stream'))}
        >
          Model file
        </Button>
        <Button disabled={!ready} onClick={doing(copyLink)}>
          Copy link
        </Button>
        <Button
          disabled={!ready}
          onClick={doing(async () => {
            const rows = await worker().ask('samples', { count: CSV_ROWS, seed: 1 })
            download(`${name()}-samples.csv`, csvOf(source.value!.names, rows), 'text/csv')
          })}
        >
          Samples (CSV)
        </Button>
        <Button disabled={!ready} onClick={doing(() => savePicture('png', name()))}>
          PNG
        </Button>
        <Button disabled={!ready} onClick={doing(() => savePicture('svg', name()))}>
          SVG
        </Button>
      </div>
      <p class="hint">
        The model file is the <code>ebbflow</code> command’s own: <code>ebbflow sample {name()}.safetensors</code> draws
        from it.
      </p>
      {imported.value ? (
        <p class="hint">The flow came from a file, whose architecture stands in it.</p>
      ) : (
        ready && <Program />
      )}
      <FileDrop
        label="Open a model file on these data"
        accept=".safetensors"
        onFile={(file) => doing(async () => load(new Uint8Array(await file.arrayBuffer())))()}
      />
      {wrong.value && (
        <p class="failure" role="alert">
          {wrong.value}
        </p>
      )}
    </Card>
  )
}

function Program() {
  const text = code()
  return (
    <details>
      <summary>TypeScript that builds this very flow</summary>
      <div class="program">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a program that scrolls must be reached by the keyboard */}
        <pre tabIndex={0}>{text}</pre>
        <Button
          onClick={doing(async () => {
            await navigator.clipboard.writeText(text)
            toast('The program is on the clipboard.')
          })}
        >
          Copy
        </Button>
      </div>
    </details>
  )
}
