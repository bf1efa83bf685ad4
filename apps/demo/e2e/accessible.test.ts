import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launch, visit } from './support/browser.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe returns, as far as it is read here. */
interface Findings {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly help: string
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
  }[]
}

const LECTURE =
  'densities likelihood cdf generative chain jacobian determinant change composition triangular layers training'
const PAGES = ['studio', 'lecture', ...LECTURE.split(' ').map((slug) => `lecture/${slug}`)]

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it.each(PAGES)('axe finds no serious problem on %s', async (path) => {
    const { page, close } = await visit(browser, `${inject('site')}#/${path}`, { colorScheme, reducedMotion: 'reduce' })
    await page.locator('main h1').first().waitFor()
    // what loads after the page itself
    await page.waitForLoadState('networkidle')
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<Findings> } }).axe.run(),
    )
    await close()
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => ({
        id,
        help,
        at: nodes.slice(0, 4).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
      }))
    expect(serious).toEqual([])
  })
})
