import { effect, untracked } from '@preact/signals'
import { route, setParameters } from '../app/router.js'
import { unpack } from '../take/link.js'
import { toast } from '../ui/toast.js'
import { keepVisit, lastVisit } from './kept.js'
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

async function openLink(text: string): Promise<void> {
  // the model may be trained on from here: the link is the page's no longer
  setParameters({ model: undefined })
  try {
    await open({ checkpoint: { model: await unpack(text), step: undefined, optimiser: undefined }, imported: true })
  } catch (error) {
    toast((error as Error).message, 'bad')
    await open()
  }
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
  const whileTraining = latest(keep, () => BREAK)
  effect(() => {
    void progress.value
    if (phase.value === 'training') whileTraining()
    else untracked(() => void keep())
  })
}

/** Keeps the visit as it is now. */
async function keep(): Promise<void> {
  const reached = progress.value
  const { data } = settings.value
  if (!reached || phase.value === 'opening' || phase.value === 'failed' || !isHere(data)) return
  const kept = {
    form: 1 as const,
    address: writeSettings(settings.value),
    history: history.value,
    progress: reached,
    imported: imported.value,
    drawing: data === 'drawn' ? drawing.value : undefined,
    picture: data === 'picture' ? picture.value : undefined,
    table: data === 'table' ? table.value : undefined,
  }
  // the session may be replaced meanwhile, and with it what is kept
  const checkpoint = await worker()
    .ask('checkpoint', null)
    .catch(() => undefined)
  if (checkpoint && (checkpoint.step ?? 0) >= reached.step) await keepVisit({ ...kept, checkpoint })
}
