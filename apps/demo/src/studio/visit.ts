import { effect } from '@preact/signals'
import { route, setParameters } from '../app/router.js'
import { unpack } from '../take/link.js'
import { toast } from '../ui/toast.js'
import { type Kept, keepVisit, lastVisit } from './kept.js'
import { latest } from './latest.js'
import { readSettings, writeSettings } from './settings.js'
import { drawing, isHere, picture, table } from './sources.js'
import { follow, history, imported, open, opened, phase, progress, settings, stepNow, worker } from './store.js'

/** Milliseconds between two checkpoints while training. */
const BREAK = 3000

/** Begins: with the model of a link, else where the last visit stopped if it is the same, else afresh. */
export async function beginVisit(): Promise<void> {
  if (opened.value) return
  // WebAssembly starts while the last visit is looked up
  worker()
  const { model, ...own } = route.value.parameters
  if (model !== undefined) await openLink(model)
  else await openLast(own)
  keepOn()
}

/** Follows the address where it changes under the studio: a link to other settings, a model, or just back to the studio. */
export async function followAddress(): Promise<void> {
  const { page, parameters } = route.value
  if (page !== 'studio' || !opened.value) return
  const { model, ...own } = parameters
  if (model !== undefined) {
    settings.value = readSettings(own)
    await openLink(model)
  } else if (Object.keys(own).length === 0) setParameters(writeSettings(settings.value))
  else if (JSON.stringify(writeSettings(readSettings(own))) !== JSON.stringify(writeSettings(settings.value)))
    await follow(readSettings(own))
}

async function openLink(model: string): Promise<void> {
  try {
    await open({ checkpoint: { model: await unpack(model), step: undefined, optimiser: undefined }, imported: true })
  } catch (error) {
    toast((error as Error).message, 'bad')
    await open()
  }
  // the model may be trained on from here: then the link no longer is the page's
  setParameters({ model: undefined })
}

async function openLast(own: Readonly<Record<string, string>>): Promise<void> {
  const kept = await lastVisit()
  const given = Object.keys(own).length > 0
  const here = JSON.stringify(writeSettings(readSettings(own)))
  if (!kept || (given && JSON.stringify(kept.address) !== here)) return open()
  if (kept.drawing) drawing.value = kept.drawing
  picture.value = kept.picture
  table.value = kept.table
  const address = Object.fromEntries(
    Object.entries(kept.address).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  settings.value = readSettings(address)
  setParameters(address)
  await open(kept)
  // the database may hold what an earlier release wrote
  if (phase.value === 'failed') await open()
  else toast(`Going on after step ${stepNow.value.toLocaleString('en')} of your last visit.`)
}

let keeping = false

/** Keeps the visit from now on: every few seconds while training, and whenever it stops. */
function keepOn(): void {
  if (keeping) return
  keeping = true
  const keep = latest(
    async () => {
      const reached = progress.value
      if (!reached || phase.value === 'opening' || phase.value === 'failed') return
      const { data } = settings.value
      if (!isHere(data)) return
      const kept: Kept = {
        form: 1,
        address: writeSettings(settings.value),
        history: history.value,
        progress: reached,
        imported: imported.value,
        drawing: data === 'drawn' ? drawing.value : undefined,
        picture: data === 'picture' ? picture.value : undefined,
        table: data === 'table' ? table.value : undefined,
        checkpoint: await worker().ask('checkpoint', null),
      }
      // a flow that was opened meanwhile is not the one that was asked for
      if ((kept.checkpoint.step ?? 0) >= reached.step) await keepVisit(kept)
    },
    () => (phase.value === 'training' ? BREAK : 0),
  )
  effect(() => {
    void progress.value
    void phase.value
    keep()
  })
}
