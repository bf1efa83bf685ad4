import { extentOf } from '@ebbflow/vis'
import { batch, computed, signal } from '@preact/signals'
import { route, setParameters } from '../app/router.js'
import type { Source } from '../data/source.js'
import type { Opened, Progress, Training, Window2 } from '../worker/protocol.js'
import { type Client, type News, startClient } from './client.js'
import { EMPTY, extended, type History } from './history.js'
import { modelOf, readSettings, type Settings, writeSettings } from './settings.js'
import { sourceOf } from './sources.js'

/** Where the studio stands. */
export type Phase = 'opening' | 'ready' | 'training' | 'failed'

export const settings = signal<Settings>(readSettings(route.value.parameters))
export const source = signal<Source | undefined>(undefined)
export const opened = signal<Opened | undefined>(undefined)
export const phase = signal<Phase>('opening')
export const failure = signal('')
export const progress = signal<Progress | undefined>(undefined)
export const history = signal<History>(EMPTY)
/** Counts whenever the flow has changed: pictures of it are made anew. */
export const version = signal(0)

/** Two columns can be drawn as they are. */
export const planar = computed(() => source.value?.columns.length === 2)

/** The rectangle that two columns are drawn in. */
export const plane = computed((): Window2 | undefined => {
  const data = source.value
  if (data?.columns.length !== 2) return undefined
  const [x, y] = data.columns as [Float64Array, Float64Array]
  const points = new Float64Array(2 * x.length)
  for (let i = 0; i < x.length; i++) points.set([x[i]!, y[i]!], 2 * i)
  return extentOf(points, { share: 0.998, margin: 0.12, square: data.treatment === 'plain' })
})

let client: Client | undefined

/** The worker, started when it is first wanted. */
export function worker(): Client {
  client ??= startClient(onNews, fail)
  return client
}

function fail(message: string): void {
  failure.value = message
  phase.value = 'failed'
}

function onNews(news: News): void {
  if (news.kind === 'ready') return
  batch(() => {
    progress.value = news.progress
    history.value = extended(history.value, news.progress)
    version.value++
    if (news.kind === 'progress') phase.value = 'training'
    else if (news.why === 'failed') fail(news.message ?? 'the training failed')
    else phase.value = 'ready'
  })
}

const training = (): Training => {
  const { steps, learningRate, batchSize } = settings.value
  return { steps, learningRate, batchSize }
}

let generation = 0

/** Opens the data and a fresh flow as the settings say. */
export async function open(): Promise<void> {
  const mine = ++generation
  const { data, seed } = settings.value
  phase.value = 'opening'
  try {
    const found = await sourceOf(data, seed)
    if (mine !== generation) return
    source.value = found
    const answer = await worker().ask('open', {
      data: { names: found.names, columns: found.columns, treatment: found.treatment },
      model: modelOf(settings.value, found.names.length),
      seed,
    })
    if (mine !== generation) return
    batch(() => {
      opened.value = answer
      progress.value = undefined
      history.value = EMPTY
      failure.value = ''
      phase.value = 'ready'
      version.value++
    })
  } catch (error) {
    if (mine === generation) fail((error as Error).message)
  }
}

/** Changes settings, the address with them, and what hangs on them: another flow is opened anew, another rate taken over. */
export async function change(changes: Partial<Settings>): Promise<void> {
  const before = settings.value
  const next = { ...before, ...changes }
  settings.value = next
  setParameters(writeSettings(next))
  const same = (['data', 'recipe', 'seed', 'values', 'stack'] as const).every((key) => before[key] === next[key])
  if (!same) await reopen()
  else if (phase.value === 'training') await play()
}

/** Opens the data anew after they have changed, and goes on training where it was. */
export async function reopen(): Promise<void> {
  const running = phase.value === 'training'
  await open()
  if (running && phase.value === 'ready') await play()
}

/** Trains, from where it stands. */
export async function play(): Promise<void> {
  const { steps } = settings.value
  // a budget that is used up is given once more
  if ((progress.value?.step ?? opened.value?.step ?? 0) >= steps) await extend()
  phase.value = 'training'
  await worker()
    .ask('train', training())
    .catch((error: Error) => fail(error.message))
}

async function extend(): Promise<void> {
  const next = { ...settings.value, steps: settings.value.steps + 5000 }
  settings.value = next
  setParameters(writeSettings(next))
}

export async function pause(): Promise<void> {
  await worker().ask('pause', null)
}

/** One step. */
export async function stepOnce(): Promise<void> {
  const made = await worker().ask('step', training())
  batch(() => {
    progress.value = made
    history.value = extended(history.value, made)
    phase.value = 'ready'
    version.value++
  })
}
