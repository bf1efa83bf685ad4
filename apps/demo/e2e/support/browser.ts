import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** A Chromium that is installed: the one that `CHROMIUM_PATH` names, or Debian's. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run'],
  })

/** A page in a context of its own, and all that went wrong in it. */
export interface Visit {
  readonly page: Page
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** Opens an address in a browser that has never been there. */
export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(address)
  return { page, complaints, close: () => context.close() }
}
