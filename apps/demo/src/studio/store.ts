import { extentOf } from '@ebbflow/vis'
import { batch, computed, signal } from '@preact/signals'
import { route, setParameters } from '../app/router.js'
import type { Source } from '../data/source.js'
import type { Columns, Opened, Progress, Questions, Training, Window2 } from '../worker/protocol.js'
import { type Client, type News, startClient } from './client.js'
import { EMPTY, extended, type History } from './history.js'
import { modelOf, readSettings, type Settings, writeSettings } from './settings.js'
import { isHere, sourceOf } from './sources.js'

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
/** Whether the flow came from a file or a link, so that its architecture is its own and not the settings'. */
export const imported = signal(false)

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

/** What a flow goes on from. */
interface Before {
  readonly checkpoint: Questions['open']['ask']['checkpoint']
  readonly history?: History
  readonly progress?: Progress
  readonly imported: boolean
}

/** Opens the data with a fresh flow as the settings say, or with one that goes on. */
export async function open(before?: Before): Promise<void> {
  const { data, seed } = settings.value
  // until a file is chosen the flow that is there stays
  if (!isHere(data)) return
  const mine = ++generation
  phase.value = 'opening'
  try {
    const found = await sourceOf(data, seed)
    if (mine !== generation) return
    const answer = await worker().ask('open', {
      data: columnsOf(found),
      // a flow that goes on has its architecture in its file
      model: before ? '' : modelOf(settings.value, found.names.length),
      seed,
      checkpoint: before?.checkpoint,
    })
    if (mine !== generation) return
    batch(() => {
      source.value = found
      begin(answer, before)
    })
  } catch (error) {
    if (mine === generation) fail((error as Error).message)
  }
}

const columnsOf = ({ names, columns, treatment }: Source): Columns => ({ names, columns, treatment })

function begin(answer: Opened, before: Before | undefined): void {
  opened.value = answer
  imported.value = before?.imported ?? false
  progress.value = before?.progress
  history.value = before?.history ?? EMPTY
  failure.value = ''
  phase.value = 'ready'
  version.value++
}

/**
 * Opens a model file on the data that are there.
 *
 * @throws Error saying what is wrong with the file, or that it is one of other columns.
 */
export async function load(file: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await worker().ask('load', { file })
  batch(() => begin(answer, { checkpoint: undefined, imported: true }))
}

/** Changes settings, the address with them, and what hangs on them: another flow is opened anew, another rate taken over. */
export async function change(changes: Partial<Settings>): Promise<void> {
  const before = settings.value
  const next = { ...before, ...changes }
  settings.value = next
  setParameters({ ...writeSettings(next), model: undefined })
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

/** Steps made. */
export const stepNow = computed(() => progress.value?.step ?? opened.value?.step ?? 0)

/** Steps that a budget which is used up is extended by. */
const MORE = 5000

/** Trains, from where it stands. */
export async function play(): Promise<void> {
  if (stepNow.value >= settings.value.steps) {
    settings.value = { ...settings.value, steps: stepNow.value + MORE }
    setParameters(writeSettings(settings.value))
  }
  phase.value = 'training'
  await worker()
    .ask('train', training())
    .catch((error: Error) => fail(error.message))
}

export async function pause(): Promise<void> {
  await worker()
    .ask('pause', null)
    .catch((error: Error) => fail(error.message))
}

/** One step. */
export async function stepOnce(): Promise<void> {
  try {
    const made = await worker().ask('step', training())
    batch(() => {
      progress.value = made
      history.value = extended(history.value, made)
      phase.value = 'ready'
      version.value++
    })
  } catch (error) {
    fail((error as Error).message)
  }
}

/** Takes over settings that came by the address. */
export async function follow(next: Settings): Promise<void> {
  settings.value = next
  await reopen()
}
