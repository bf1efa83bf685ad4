import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launch, type Visit, visit } from './browser.js'

/** Visits for the tests of a file, one at a time, each with a browser that is new; a test fails where its last page complains. */
export function visits() {
  let browser: Browser
  let open: Visit | undefined
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())
  const close = async (): Promise<void> => {
    const complaints = open?.complaints
    await open?.close()
    open = undefined
    if (complaints) expect(complaints).toEqual([])
  }
  afterEach(close)
  return async (address: string, options: Parameters<typeof visit>[2] = {}): Promise<Visit> => {
    await close()
    open = await visit(browser, address, options)
    return open
  }
}
