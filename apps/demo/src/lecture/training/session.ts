import type { ToyName } from '@ebbflow/flows'
import { type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { toySource } from '../../data/toys.js'
import { call } from '../../model/expression.js'
import { type Client, startClient } from '../../studio/client.js'
import { latest } from '../../studio/latest.js'
import type { Opened, Progress, Training } from '../../worker/protocol.js'

/** Flows that the lecture trains: small ones, which learn while one watches. */
export const FLOWS = {
  nsf: { title: 'neural spline flow', of: () => call('nsf', { dimensions: 2, layers: 4, hidden: [32, 32], bins: 8 }) },
  realNVP: { title: 'RealNVP', of: () => call('realNVP', { dimensions: 2, layers: 6, hidden: [32, 32] }) },
  nice: { title: 'NICE', of: () => call('nice', { dimensions: 2, layers: 6, hidden: [32, 32] }) },
  maf: { title: 'MAF', of: () => call('maf', { dimensions: 2, layers: 6, hidden: [32, 32] }) },
} as const
export type FlowName = keyof typeof FLOWS

export type Phase = 'opening' | 'ready' | 'training' | 'done' | 'failed'

/** A training as pages see it. */
export interface LectureTraining {
  readonly phase: Signal<Phase>
  readonly opened: Signal<Opened | undefined>
  readonly progress: Signal<Progress | undefined>
  readonly message: Signal<string>
  /** Progress since the training was opened. */
  readonly history: Signal<readonly { readonly step: number; readonly nll: number }[]>
  readonly client: Client
  open(toy: ToyName, flow: FlowName): Promise<void>
  start(training: Training): void
  pause(): void
}

let shared: LectureTraining | undefined

/** The lecture has one worker, which its pages share; whoever leaves a page pauses it. */
export function useTraining(): LectureTraining {
  const training = useMemo(() => {
    shared ??= make()
    return shared
  }, [])
  useEffect(() => () => training.pause(), [])
  return training
}

function make(): LectureTraining {
  const phase = signal<Phase>('opening')
  const opened = signal<Opened | undefined>(undefined)
  const progress = signal<Progress | undefined>(undefined)
  const message = signal('')
  const history = signal<readonly { step: number; nll: number }[]>([])
  let openings = 0
  const fail = (text: string): void => {
    message.value = text
    phase.value = 'failed'
  }
  const client = startClient((news) => {
    if (news.kind === 'ready') return
    progress.value = news.progress
    if (Number.isFinite(news.progress.trainNll) && news.progress.step > 0)
      history.value = [...history.value, { step: news.progress.step, nll: news.progress.trainNll }]
    if (news.kind !== 'stopped') return
    if (news.why === 'failed') fail(news.message ?? 'training failed')
    else phase.value = news.why === 'steps' ? 'done' : 'ready'
  }, fail)
  const attempt = (asked: Promise<unknown>): void => {
    asked.catch((error: Error) => fail(error.message))
  }
  return {
    ...{ phase, opened, progress, message, history, client },
    async open(toy, flow) {
      const mine = ++openings
      phase.value = 'opening'
      try {
        const answer = await client.ask('open', { data: toySource(toy, 1), model: FLOWS[flow].of(), seed: 1 })
        if (mine !== openings) return
        opened.value = answer
        progress.value = undefined
        history.value = []
        phase.value = 'ready'
      } catch (error) {
        if (mine === openings) fail((error as Error).message)
      }
    },
    start(training) {
      phase.value = 'training'
      attempt(client.ask('train', training))
    },
    pause() {
      attempt(client.ask('pause', null))
    },
  }
}

/**
 * Asks again and again for the newest of what is wanted, one question at a time: answers to older ones are skipped. After each it rests for
 * `rest` times as long as the answer took, so that whoever answers gets on with other work.
 */
export function newest<A, B>(ask: (wanted: A) => Promise<B>, onAnswer: (answer: B) => void, rest = 0) {
  let wanted: { value: A } | undefined
  let took = 0
  const go = latest(
    async () => {
      const started = performance.now()
      if (wanted) onAnswer(await ask(wanted.value))
      took = performance.now() - started
    },
    () => rest * took,
  )
  return (value: A): void => {
    wanted = { value }
    go()
  }
}
