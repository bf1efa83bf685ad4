import type { Message, Question, Questions } from '../worker/protocol.js'

/** News that the worker tells without being asked. */
export type News = Exclude<Message, { kind: 'answer' | 'refusal' }>

/** The page's side of the worker: questions with promised answers, and news. */
export class Client {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  #next = 0

  constructor(worker: Worker, onNews: (news: News) => void, onFailure: (message: string) => void) {
    this.#worker = worker
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind !== 'answer' && data.kind !== 'refusal') {
        onNews(data)
        return
      }
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if (data.kind === 'answer') waiting?.resolve(data.answer)
      else if (waiting) waiting.reject(new Error(data.message))
      else onFailure(data.message)
    })
    worker.addEventListener('error', (event) => onFailure(event.message || 'the worker failed to load'))
  }

  /** Asks; rejects with what the worker says is wrong. */
  ask<K extends keyof Questions>(kind: K, ask: Questions[K]['ask']): Promise<Questions[K]['answer']> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      this.#worker.postMessage({ kind, id, ask } as Question)
    })
  }
}

/** A client with a worker of its own. */
export const startClient = (onNews: (news: News) => void, onFailure: (message: string) => void): Client =>
  new Client(new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' }), onNews, onFailure)
