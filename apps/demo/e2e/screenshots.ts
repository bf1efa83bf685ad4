/** `npm run screenshots`: builds the studio and takes the README's pictures of it, written to docs/images/. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { launch, visit } from './support/browser.js'
import { serveSite } from './support/site.js'

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url))

interface Shot {
  readonly name: string
  readonly path: string
  readonly theme: 'light' | 'dark'
  readonly height: number
  /** What to take of the page. Default the window. */
  readonly part?: string
  readonly prepare?: (page: Page) => Promise<void>
}

const shots: readonly Shot[] = [
  {
    name: 'studio',
    path: 'studio',
    theme: 'light',
    height: 1000,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Train' }).click()
      await page.waitForFunction(
        () =>
          Number.parseInt(
            document.querySelector('[data-reading="step"]')?.textContent?.replaceAll(',', '') ?? '0',
            10,
          ) >= 1500,
        undefined,
        { timeout: 120_000 },
      )
      await page.getByRole('button', { name: 'Pause' }).click()
    },
  },
  { name: 'lecture-determinant', path: 'lecture/determinant', theme: 'light', height: 820 },
  {
    name: 'lecture-composition',
    path: 'lecture/composition',
    theme: 'dark',
    height: 1080,
    part: '.widget',
    prepare: async (page) => {
      await page.getByText('1,500 of 1,500 steps').waitFor({ timeout: 120_000 })
      await page.locator('.terms li').nth(8).waitFor()
    },
  },
  {
    name: 'lecture-layers',
    path: 'lecture/layers?layer=spline&seed=4',
    theme: 'light',
    height: 1000,
    part: '.widget',
    prepare: (page) => page.locator('.layer-facts').waitFor(),
  },
]

const site = await serveSite()
const browser = await launch()
try {
  for (const { name, path, theme, height, part, prepare } of shots) {
    const { page, complaints, close } = await visit(browser, `${site.address}#/${path}`, {
      colorScheme: theme,
      viewport: { width: 1280, height },
      reducedMotion: 'reduce',
    })
    await page.locator('main h1').first().waitFor({ state: 'attached' })
    await prepare?.(page)
    // what was asked of the worker last is still being drawn
    await page.waitForTimeout(2000)
    const file = join(folder, `${name}.png`)
    await page.evaluate(() => scrollTo(0, 0))
    await (part ? page.locator(part).first() : page).screenshot({ path: file })
    console.log(`docs/images/${name}.png${complaints.length > 0 ? `, with complaints: ${complaints.join('; ')}` : ''}`)
    await close()
  }
} finally {
  await browser.close()
  await site.close()
}
