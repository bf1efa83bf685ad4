/** The worker: owns the flow, trains it, and answers what the page asks about it. */
import { startBackend } from './backend.js'
import { densityOn, morph, probe } from './looks.js'
import type { Message, Question, Questions } from './protocol.js'
import { Session } from './session.js'

const post = (message: Message, transfer: Transferable[] = []): void =>
  (globalThis as unknown as { postMessage(message: Message, transfer: Transferable[]): void }).postMessage(
    message,
    transfer,
  )
const say = (message: Message): void => post(message)

let session: Session | undefined

function current(): Session {
  if (!session) throw new Error('no model is open yet')
  return session
}

/** Replaces the session by one that `make` opens; the old one stays where that fails. */
async function replace(make: () => Promise<Session>): Promise<Session> {
  const before = session
  await before?.trainer.pause()
  session = await make()
  await before?.close()
  return session
}

type Handlers = {
  [K in keyof Questions]: (ask: Questions[K]['ask']) => Questions[K]['answer'] | Promise<Questions[K]['answer']>
}

const handlers: Handlers = {
  open: async (opening) => (await replace(() => Session.open(opening, say))).opened(),
  load: async ({ file, data }) => {
    const columns = data ?? current().columns
    const checkpoint = { model: file, step: undefined, optimiser: undefined }
    return (await replace(() => Session.resume(columns, session?.seed ?? 0, checkpoint, say))).opened()
  },
  train: async (training) => {
    await current().trainer.start(training)
    return null
  },
  pause: async () => {
    await session?.trainer.pause()
    return null
  },
  step: (training) => current().trainer.once(training),
  density: (window) => densityOn(current(), window),
  samples: ({ count, seed }) => current().samples(count, seed),
  logProb: ({ columns }) => current().logProb(columns),
  morph: ({ points }) => morph(current(), points),
  probe: ({ x }) => probe(current(), x),
  header: async ({ text, name }) => (await import('./table.js')).headerOf(text, name),
  table: async ({ text, name, columns }) => (await import('./table.js')).tableColumns(text, name, columns),
  verify: async () => (await import('./verification.js')).verification(current()),
  save: ({ recipe }) => current().save(recipe),
  checkpoint: () => current().checkpoint(),
}

/** Questions that replace the session or its training wait for each other. */
const ORDERED = new Set<Question['kind']>(['open', 'load', 'train', 'pause', 'step'])
let last: Promise<unknown> = startBackend()

globalThis.addEventListener('message', (event: MessageEvent<Question>) => {
  const { kind, id, ask } = event.data
  const answer = async (): Promise<void> => {
    try {
      const given = await (handlers[kind] as (ask: unknown) => unknown)(ask)
      post({ kind: 'answer', id, answer: given }, given instanceof Float32Array ? [given.buffer] : [])
    } catch (error) {
      post({ kind: 'refusal', id, message: error instanceof Error ? error.message : String(error) })
    }
  }
  if (ORDERED.has(kind)) last = last.then(answer)
  // what was asked before waits to be done; running training does not
  else void last.then(answer)
})

last.then(
  () => say({ kind: 'ready', threads: 1 }),
  (error: Error) => say({ kind: 'refusal', id: -1, message: `WebAssembly does not start: ${error.message}` }),
)
