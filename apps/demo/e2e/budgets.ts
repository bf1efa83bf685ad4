/** `npm run budgets`: builds the studio and measures what its budgets speak of; ends with 1 where one is exceeded. */
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { launch, visit } from './support/browser.js'
import { serveSite } from './support/site.js'

const TRAINING_SECONDS = 10

interface Budget {
  readonly what: string
  readonly found: number
  readonly unit: string
  readonly most: number
}

const site = await serveSite()
const browser = await launch()
/** Without the service worker, which fetches every file there is for visits without a network. */
const options = { serviceWorkers: 'block' } as const

/** Kilobytes, gzipped, of the JavaScript that is fetched until the page can train: the page's own, and its workers'. */
async function initialScripts(): Promise<{ page: number; worker: number }> {
  const open = await blank()
  const names = new Set<string>()
  open.page.context().on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('.js')) names.add(pathname)
  })
  await open.page.goto(site.address)
  await trainButton(open.page).waitFor()
  await open.page.waitForFunction(() => !document.querySelector<HTMLButtonElement>('.transport .primary')?.disabled)
  await open.page.waitForLoadState('networkidle')
  const ofWorkers = new Set(open.page.workers().map((worker) => new URL(worker.url()).pathname))
  await open.close()
  const size = (paths: string[]): number =>
    paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(site.folder, path)), { level: 9 }).length, 0) / 1000
  return {
    page: size([...names].filter((path) => !ofWorkers.has(path))),
    worker: size([...names].filter((path) => ofWorkers.has(path))),
  }
}

/** A page of no address yet. tsx wraps functions in a helper of its own, which those that run in the page then miss. */
async function blank() {
  const open = await visit(browser, 'about:blank', options)
  await open.page.addInitScript('globalThis.__name = (f) => f')
  return open
}

const trainButton = (page: Page) => page.getByRole('button', { name: 'Train' })
const stepsMade = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Number.parseInt(document.querySelector('[data-reading="step"]')?.textContent?.replaceAll(',', '') ?? '0', 10),
  )

/** Seconds from asking for the page until it can train, and until the first step, with the button pressed as soon as it can be. */
async function firstStep(): Promise<{ ready: number; step: number }> {
  const open = await blank()
  const { page } = open
  const started = performance.now()
  await page.goto(site.address, { waitUntil: 'commit' })
  const until = (what: 'ready' | 'stepped') =>
    page.evaluate(
      (goal) =>
        new Promise<void>((resolve) => {
          const look = (): void => {
            const button = document.querySelector<HTMLButtonElement>('.transport .primary')
            const step = document.querySelector('[data-reading="step"]')?.textContent
            if (goal === 'ready' && button && !button.disabled) {
              button.click()
              resolve()
            } else if (goal === 'stepped' && step && !/^0\b/.test(step)) resolve()
            else requestAnimationFrame(look)
          }
          look()
        }),
      what,
    )
  await until('ready')
  const ready = (performance.now() - started) / 1000
  await until('stepped')
  const step = (performance.now() - started) / 1000
  await open.close()
  return { ready, step }
}

/** An event of Chromium's trace; times in microseconds, `tdur` that of the processor, which other programs do not lengthen. */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Milliseconds of the page's longest task while a flow is trained, of the processor and by the clock, and the frames shown. */
async function longestTask(): Promise<{ processor: number; clock: number; frames: number; steps: number }> {
  const open = await blank()
  const { page } = open
  await page.goto(site.address)
  await trainButton(page).click()
  await page.waitForFunction(() => !/^0\b/.test(document.querySelector('[data-reading="step"]')?.textContent ?? '0'))
  const before = await stepsMade(page)
  await browser.startTracing(page, { categories: ['toplevel'] })
  const frames = await page.evaluate(
    (seconds) =>
      new Promise<number>((resolve) => {
        let frames = 0
        const started = performance.now()
        requestAnimationFrame(function frame(now) {
          frames += 1
          if (now - started < 1000 * seconds) requestAnimationFrame(frame)
          else resolve(frames)
        })
      }),
    TRAINING_SECONDS,
  )
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const steps = (await stepsMade(page)) - before
  await open.close()
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`
  const main = new Set(
    trace.traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(thread),
  )
  const tasks = trace.traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(thread(event)))
  const longest = (of: 'dur' | 'tdur'): number => Math.max(0, ...tasks.map((task) => task[of] ?? 0)) / 1000
  return { processor: longest('tdur'), clock: longest('dur'), frames, steps }
}

let within = true
try {
  const scripts = await initialScripts()
  // the second visit of a process is not held up by what the system loads for the first
  await firstStep()
  const first = await firstStep()
  const task = await longestTask()
  const budgets: Budget[] = [
    {
      what: 'JavaScript of the page until it can train, gzipped (the worker’s apart)',
      found: scripts.page,
      unit: 'kB',
      most: 250,
    },
    { what: 'from opening to the first step of training', found: first.step, unit: 's', most: 2 },
    {
      what: `longest task of the page in ${TRAINING_SECONDS} s of training, of the processor`,
      found: task.processor,
      unit: 'ms',
      most: 50,
    },
  ]
  for (const { what, found, unit, most } of budgets) {
    within &&= found <= most
    console.log(
      `${found <= most ? 'within ' : 'BEYOND '} ${what}: ${found.toFixed(unit === 's' ? 2 : 0)} ${unit} (at most ${most} ${unit})`,
    )
  }
  console.log(`        JavaScript of the worker, gzipped: ${scripts.worker.toFixed(0)} kB`)
  console.log(`        of that until the page can train: ${first.ready.toFixed(2)} s`)
  console.log(`        that task by the clock, while other programs run: ${task.clock.toFixed(0)} ms`)
  console.log(`        ${task.frames} frames and ${task.steps} steps of training in those ${TRAINING_SECONDS} s`)
  console.log(`        programs that want a processor, of ${cpus().length}: ${loadavg()[0]!.toFixed(1)} (load average)`)
} finally {
  await browser.close()
  await site.close()
}
process.exit(within ? 0 : 1)
