import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { visits } from './support/visits.js'

const visit = visits()

/** The studio with settings, once its flow is there. */
async function studio(query = '', options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const open = await visit(`${inject('site')}#/studio${query}`, options)
  await ready(open.page)
  return open.page
}

const train = (page: Page) => page.getByRole('button', { name: 'Train', exact: true })
const ready = (page: Page) => expect.poll(() => train(page).isEnabled(), { timeout: 30_000 }).toBe(true)

const reading = async (page: Page, name: string): Promise<number> =>
  Number(
    ((await page.locator(`[data-reading="${name}"]`).textContent()) ?? '')
      .replaceAll(',', '')
      .replace('−', '-')
      .split(/[ /]/)[0],
  )

/** Presses play and waits until the steps have been made. */
async function trained(page: Page): Promise<void> {
  await train(page).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await train(page).waitFor({ timeout: 120_000 })
}

/** log p of the point that is looked at, as the flow has it after the steps that have been made. */
async function logProb(page: Page): Promise<number> {
  const at = page.locator('[data-reading="logprob"]')
  let last = Number.NaN
  await expect
    .poll(
      async () => {
        const before = last
        if ((await at.getAttribute('data-step')) !== String(await reading(page, 'step'))) return false
        last = await reading(page, 'logprob')
        return before === last
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe(true)
  return last
}

describe('the studio', () => {
  it('trains two moons to within 0.15 nats of their entropy', async () => {
    const page = await studio('?steps=600')
    await trained(page)
    expect(await reading(page, 'step')).toBe(600)
    expect(await reading(page, 'nll')).toBeLessThan(1.157)
    expect(await reading(page, 'nll')).toBeGreaterThan(0.95)
  }, 150_000)

  it('pauses, steps, and goes on after a reload where it was', async () => {
    const page = await studio('?data=rings&flow=realNVP&layers=4&hidden=16&steps=100000')
    await train(page).click()
    await expect.poll(() => reading(page, 'step'), { timeout: 30_000 }).toBeGreaterThan(50)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await ready(page)
    const paused = await reading(page, 'step')
    await page.getByRole('button', { name: 'Step', exact: true }).click()
    await expect.poll(() => reading(page, 'step'), { timeout: 15_000 }).toBe(paused + 1)
    const density = await logProb(page)
    // the visit is kept a moment after
    await page.waitForTimeout(1500)
    await page.reload()
    await ready(page)
    await expect.poll(() => reading(page, 'step')).toBe(paused + 1)
    expect(await logProb(page)).toBeCloseTo(density, 3)
    await train(page).click()
    await expect.poll(() => reading(page, 'step'), { timeout: 30_000 }).toBeGreaterThan(paused + 10)
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => reading(page, 'step'), { timeout: 15_000 }).toBe(0)
  }, 150_000)

  it('names the row of a table that is wrong, and trains on a mended one', async () => {
    const page = await studio('?steps=200')
    await page.getByLabel('Distribution').selectOption('table')
    const rows = Array.from({ length: 400 }, (_, i) => `${Math.sin(i)},${Math.cos(i) * 2},x${i}`)
    const csv = (lines: string[]) => ({
      name: 'points.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(lines.join('\n')),
    })
    const bad = rows.with(17, '0.5,n/a,x')
    await page.getByLabel(/Drop a CSV file/).setInputFiles(csv(['a,b,name', ...bad]))
    await expect.poll(() => page.getByRole('checkbox', { name: 'name' }).isChecked()).toBe(false)
    await page.getByRole('button', { name: 'Use 2 columns' }).click()
    const alert = page.locator('.panels').getByRole('alert')
    await expect.poll(() => alert.textContent()).toMatch(/points\.csv, line 19, column 'b': 'n\/a' is not a/)
    await page.getByLabel(/Drop a CSV file/).setInputFiles(csv(['a,b,name', ...rows]))
    await page.getByRole('button', { name: 'Use 2 columns' }).click()
    await ready(page)
    await trained(page)
    expect(await reading(page, 'step')).toBe(200)
  }, 120_000)

  it('learns a density that is drawn with the mouse', async () => {
    const page = await studio('?data=drawn&steps=300')
    await page.getByRole('button', { name: 'Clear' }).click()
    const board = page.getByRole('img', { name: 'The density that is drawn' })
    await board.scrollIntoViewIfNeeded()
    const box = (await board.boundingBox())!
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.25 * box.height)
    await page.mouse.down()
    for (let i = 0; i <= 20; i++) await page.mouse.move(box.x + (0.2 + 0.03 * i) * box.width, box.y + 0.25 * box.height)
    await page.mouse.up()
    await ready(page)
    await trained(page)
    // the stroke lies in the upper half: so do the samples, and the likelihood nears the entropy of the drawing
    const text = (await page.locator('[data-reading="nll"]').textContent())!
    const entropy = Number(/entropy (-?[\d.]+)/.exec(text)![1])
    expect(await reading(page, 'nll')).toBeLessThan(entropy + 0.5)
    expect(entropy).toBeLessThan(2.5)
  }, 120_000)

  it('turns a picture into a density', async () => {
    const page = await studio('?steps=200')
    await page.getByLabel('Distribution').selectOption('picture')
    // a dark bar at the left of white paper
    const png = await page.evaluate(() => {
      const canvas = document.createElement('canvas')
      Object.assign(canvas, { width: 80, height: 60 })
      const context = canvas.getContext('2d')!
      context.fillStyle = 'white'
      context.fillRect(0, 0, 80, 60)
      context.fillStyle = 'black'
      context.fillRect(10, 10, 10, 40)
      return canvas.toDataURL('image/png').split(',')[1]!
    })
    const file = { name: 'bar.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') }
    await page.getByLabel(/Drop a picture/).setInputFiles(file)
    await page.getByText('Dark is likely: bar.png.').waitFor()
    await trained(page)
    expect(await reading(page, 'step')).toBe(200)
    await page.getByLabel(/Drop a picture/).setInputFiles({ ...file, name: 'no.png', buffer: Buffer.from('no') })
    await expect
      .poll(() => page.locator('.panels').getByRole('alert').textContent())
      .toMatch(/no\.png: this file is not a picture/)
  }, 120_000)

  it('opens flights as a corner plot, and digits as images', async () => {
    const page = await studio('?data=flights')
    await page.getByRole('img', { name: 'Corner plot of delay (min), distance (mi), time (min)' }).waitFor()
    await page.getByText('How columns become the flow’s inputs').click()
    await page.getByText('whole numbers, dequantised').first().waitFor()
    await page.getByLabel('Distribution').selectOption('digits')
    await page.getByRole('img', { name: '72 images that the flow draws' }).waitFor()
    await ready(page)
    expect(page.url()).toContain('flow=realNVP')
  }, 120_000)

  it('opens the model file that it saved with the same density', async () => {
    const page = await studio('?steps=150&data=pinwheel')
    await trained(page)
    const before = await logProb(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Model file', exact: true }).click(),
    ])
    expect(file.suggestedFilename()).toBe('pinwheel-nsf.safetensors')
    const path = await file.path()
    expect((await readFile(path)).subarray(8, 40).toString()).toContain('{"__metadata__"')
    await page.getByRole('button', { name: 'Reset' }).click()
    await ready(page)
    expect(await logProb(page)).not.toBeCloseTo(before, 3)
    await page.getByLabel('Open a model file on these data').setInputFiles({
      name: 'again.safetensors',
      mimeType: 'application/octet-stream',
      buffer: await readFile(path),
    })
    await ready(page)
    expect(await logProb(page)).toBeCloseTo(before, 3)
    // and refuses what is none
    await page.getByLabel('Open a model file on these data').setInputFiles({
      name: 'no.safetensors',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('not a model'),
    })
    await expect.poll(() => page.getByRole('alert').last().textContent()).toMatch(/safetensors|truncated|file/i)
  }, 150_000)

  it('puts a small model into a link, samples into a CSV file and pictures into files', async () => {
    const page = await studio('?flow=realNVP&layers=2&hidden=8&steps=120', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await trained(page)
    const before = await logProb(page)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText(/holds the trained model/).waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    for (const [button, ending, begins] of [
      ['Samples (CSV)', '.csv', /^x,y\n-?\d/],
      ['SVG', '.svg', /^<svg /],
      ['PNG', '.png', /PNG/],
    ] as const) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ])
      expect(file.suggestedFilename()).toBe(
        `twoMoons-realNVP${file.suggestedFilename().includes('samples') ? '-samples' : ''}${ending}`,
      )
      expect((await readFile(await file.path())).subarray(0, 200).toString('latin1')).toMatch(begins)
    }
    const open = await visit(link)
    await ready(open.page)
    expect(await logProb(open.page)).toBeCloseTo(before, 3)
  }, 150_000)

  it('verifies a flow by layer in double precision', async () => {
    const page = await studio('?flow=maf&layers=2&hidden=16')
    await page.getByRole('button', { name: 'Verify in double precision' }).click()
    await expect
      .poll(() => page.locator('.verdict').textContent(), { timeout: 60_000 })
      .toMatch(/^Sound: 2 layers invert/)
    expect(await page.locator('.scroller tbody tr').count()).toBe(2)
  }, 90_000)

  it('carries a grid through the layers by a slider, and follows a point', async () => {
    const page = await studio('?flow=realNVP&layers=3&hidden=16')
    const slider = page.getByLabel('From noise z to data x')
    await expect.poll(() => slider.getAttribute('max'), { timeout: 20_000 }).toBe('3')
    const picture = page.getByRole('img', { name: /^A grid over the noise/ })
    await slider.fill('0')
    await expect.poll(() => picture.getAttribute('aria-label')).toMatch(/noise z$/)
    await slider.fill('1.5')
    await expect.poll(() => picture.getAttribute('aria-label')).toMatch(/within layer 2 of 3, coupling$/)
    const density = await logProb(page)
    const mark = page.getByRole('button', { name: /^The point that is looked at/ })
    await mark.focus()
    for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowUp')
    expect(await logProb(page)).toBeLessThan(density - 1)
    expect(await page.locator('.logdets li').count()).toBe(5)
  }, 90_000)

  it('stacks layers by hand, and keeps them in the address', async () => {
    const page = await studio('?flow=stack&stack=coupling.family-affine.hidden-8~permutation&steps=100')
    await page.getByLabel('Layer to add').selectOption('planar')
    await page.getByRole('button', { name: 'Add' }).click()
    await ready(page)
    expect(page.url()).toMatch(
      /stack=coupling\.family-affine\.hidden-8%7Epermutation%7Eplanar|stack=coupling\.family-affine\.hidden-8~permutation~planar/,
    )
    await page.getByRole('button', { name: 'Move up: Planar, layer 3' }).click()
    await ready(page)
    await page.getByRole('button', { name: 'Remove: Permutation, layer 3' }).click()
    await ready(page)
    await trained(page)
    expect(await page.locator('.logdets li').allTextContents()).toEqual([
      expect.stringMatching(/^coupling/),
      expect.stringMatching(/^planar/),
    ])
  }, 120_000)

  it('follows the address, and keeps its flow while the lecture is read', async () => {
    const page = await studio('?data=rings&steps=100')
    await trained(page)
    const navigation = page.getByRole('navigation', { name: 'Main' })
    await navigation.getByRole('link', { name: 'Lecture' }).click()
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await navigation.getByRole('link', { name: 'Studio' }).click()
    await ready(page)
    expect(await reading(page, 'step')).toBe(100)
    await expect.poll(() => page.url()).toContain('data=rings')
    await page.evaluate(() => {
      location.hash = '#/studio?data=spirals&flow=maf&layers=2'
    })
    await expect.poll(() => page.getByLabel('Distribution').inputValue()).toBe('spirals')
    await expect.poll(() => reading(page, 'step')).toBe(0)
    await ready(page)
    expect(await page.getByLabel('Flow', { exact: true }).inputValue()).toBe('maf')
    await expect.poll(() => page.locator('.logdets li').count(), { timeout: 20_000 }).toBe(2)
  }, 90_000)

  it('works without a network after the first visit', async () => {
    const page = await studio()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.context().setOffline(true)
    await page.reload()
    await ready(page)
    const navigation = page.getByRole('navigation', { name: 'Main' })
    await navigation.getByRole('link', { name: 'Lecture' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await navigation.getByRole('link', { name: 'Studio' }).click()
    await page.getByLabel('Distribution').selectOption('penguins')
    await ready(page)
    await page.getByRole('img', { name: /^Corner plot of beak length/ }).waitFor()
    await page.context().setOffline(false)
  }, 120_000)

  it('is a page of its own at 360 pixels, without overflow', async () => {
    const page = await studio('', { viewport: { width: 360, height: 740 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.goto(`${inject('site')}#/nowhere`)
    await page.getByRole('heading', { name: 'There is no page “nowhere”' }).waitFor()
  })
})
