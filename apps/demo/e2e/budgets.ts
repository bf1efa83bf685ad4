/** `npm run budgets`: builds the studio and measures what its budgets speak of; ends with 1 where one is exceeded. */
import { readFileSync } from 'node:fs'
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

/** Seconds from asking for the page to the first step of training, with the button pressed as soon as it can be. */
async function firstStep(): Promise<number> {
  const open = await blank()
  const { page } = open
  const started = performance.now()
  await page.goto(site.address, { waitUntil: 'commit' })
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          const button = document.querySelector<HTMLButtonElement>('.transport .primary')
          const step = document.querySelector('[data-reading="step"]')?.textContent
          if (step && !/^0\b/.test(step)) {
            resolve()
            return
          }
          if (button && !button.disabled && button.textContent?.includes('Train')) button.click()
          requestAnimationFrame(look)
        }
        look()
      }),
  )
  const seconds = (performance.now() - started) / 1000
  await open.close()
  return seconds
}

/** Milliseconds of the longest task and the longest gap between two frames while a flow is trained. */
async function longestFrame(): Promise<{ task: number; gap: number; frames: number; steps: number }> {
  const open = await blank()
  const { page } = open
  await page.goto(site.address)
  await trainButton(page).click()
  await page.waitForFunction(() => !/^0\b/.test(document.querySelector('[data-reading="step"]')?.textContent ?? '0'))
  const before = await stepsMade(page)
  const found = await page.evaluate(
    (seconds) =>
      new Promise<{ task: number; gap: number; frames: number }>((resolve) => {
        let [task, gap, frames] = [0, 0, 0]
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) task = Math.max(task, entry.duration)
        })
        observer.observe({ type: 'longtask' })
        const started = performance.now()
        let last = started
        requestAnimationFrame(function frame(now) {
          if (frames > 0) gap = Math.max(gap, now - last)
          last = now
          frames += 1
          if (now - started < 1000 * seconds) {
            requestAnimationFrame(frame)
            return
          }
          observer.disconnect()
          resolve({ task, gap, frames })
        })
      }),
    TRAINING_SECONDS,
  )
  const steps = (await stepsMade(page)) - before
  await open.close()
  return { ...found, steps }
}

let within = true
try {
  const scripts = await initialScripts()
  // the second visit of a process is not held up by what the system loads for the first
  await firstStep()
  const seconds = await firstStep()
  const frame = await longestFrame()
  const budgets: Budget[] = [
    {
      what: 'JavaScript of the page until it can train, gzipped (the worker’s apart)',
      found: scripts.page,
      unit: 'kB',
      most: 250,
    },
    { what: 'from opening to the first step of training', found: seconds, unit: 's', most: 2 },
    { what: `longest task of the page in ${TRAINING_SECONDS} s of training`, found: frame.task, unit: 'ms', most: 50 },
  ]
  for (const { what, found, unit, most } of budgets) {
    within &&= found <= most
    console.log(
      `${found <= most ? 'within ' : 'BEYOND '} ${what}: ${found.toFixed(unit === 's' ? 2 : 0)} ${unit} (at most ${most} ${unit})`,
    )
  }
  console.log(`        JavaScript of the worker, gzipped: ${scripts.worker.toFixed(0)} kB`)
  console.log(
    `        ${frame.frames} frames, the longest gap between two ${frame.gap.toFixed(0)} ms; ${frame.steps} steps meanwhile (tasks below 50 ms are not reported by browsers)`,
  )
} finally {
  await browser.close()
  await site.close()
}
process.exit(within ? 0 : 1)
