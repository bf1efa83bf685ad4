import axe, { type AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launch, visit } from './support/browser.js'

const LECTURE =
  'densities likelihood cdf generative chain jacobian determinant change composition triangular layers training'
const PAGES = ['studio', 'lecture', ...LECTURE.split(' ').map((slug) => `lecture/${slug}`)]

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('in the %s theme, %i pixels wide', (colorScheme, width) => {
  it.each(PAGES)('axe finds no serious problem on %s', async (path) => {
    const { page, close } = await visit(browser, `${inject('site')}#/${path}`, {
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width, height: 800 },
    })
    await page.locator('main h1').first().waitFor()
    // what loads after the page itself
    await page.waitForLoadState('networkidle')
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
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
