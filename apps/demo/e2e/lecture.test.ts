import type { Locator, Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { visits } from './support/visits.js'

const visit = visits()

/** A page of the lecture, once it is there. */
async function lecture(path: string, options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const open = await visit(`${inject('site')}#/lecture/${path}`, options)
  await open.page.locator('.lecture-page .widget').first().waitFor()
  return open.page
}

/** The figure beside a name in a list of figures. */
const figure = (page: Page, name: string | RegExp): Locator =>
  page
    .locator('.readout > div')
    .filter({ has: page.locator('dt', { hasText: name }) })
    .locator('dd')
    .first()

const text = async (at: Locator): Promise<string> => (await at.textContent()) ?? ''

const value = async (at: Locator): Promise<number> =>
  Number(
    (await text(at))
      .replace('−', '-')
      .replace('%', '')
      .replace(/[,+\s]/g, ''),
  )

/** Drags something by so many pixels. */
async function drag(page: Page, what: Locator, dx: number, dy: number): Promise<void> {
  await what.scrollIntoViewIfNeeded()
  const box = (await what.boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx / 2, y + dy / 2)
  await page.mouse.move(x + dx, y + dy)
  await page.mouse.up()
}

/** What the address comes to hold of a page's state. */
const addressHolds = (page: Page, what: RegExp): Promise<void> => page.waitForURL(what, { timeout: 5000 })

describe('the lecture', () => {
  it('lists its pages, turns them, and knows which were seen', async () => {
    const open = await visit(`${inject('site')}#/lecture`)
    const { page } = open
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.locator('.lecture-list li').count()).toBe(12)
    await page.getByRole('link', { name: /Maximum likelihood/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Maximum likelihood' }).waitFor()
    await page.getByRole('link', { name: /Next/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Sampling by the CDF' }).waitFor()
    expect(await page.getByRole('progressbar').getAttribute('aria-label')).toBe('Page 3 of 12')
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Maximum likelihood' }).waitFor()
    expect(await page.locator('.lecture-contents .visually-hidden', { hasText: 'seen' }).count()).toBe(1)
  })

  it('shows every page without overflowing a phone of 360 pixels', async () => {
    const page = await lecture('densities', { viewport: { width: 360, height: 740 } })
    const links = await page
      .locator('.lecture-contents a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')!))
    for (const link of links) {
      await page.goto(`${inject('site')}${link}`)
      await page.locator(`.lecture-contents a[href="${link}"][aria-current]`).waitFor({ state: 'attached' })
      await page.locator('.widget').first().waitFor()
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(`${link} ${over <= 0 ? 'fits' : `is ${over} too wide`}`).toBe(`${link} fits`)
    }
  })
})

describe('densities', () => {
  it('gives the posterior of the point, by pointer, keyboard and prior', async () => {
    const page = await lecture('densities?at=1.1,0.2')
    const posterior = page.locator('.numbers .strong td').nth(1)
    const before = await value(posterior)
    expect(before).toBeGreaterThan(0.9)
    const point = page.getByRole('slider', { name: 'The point x' })
    await drag(page, point, -120, -30)
    expect(await value(posterior)).toBeLessThan(0.3)
    await point.press('Shift+ArrowRight')
    await point.press('Shift+ArrowRight')
    expect(await value(posterior)).toBeGreaterThan(0.5)
    await page.getByRole('button', { name: 'Draw 200 samples' }).click()
    await addressHolds(page, /n=200/)
  })
})

describe('maximum likelihood', () => {
  it('climbs to the maximum that the formula gives', async () => {
    const page = await lecture('likelihood', { reducedMotion: 'reduce' })
    const total = figure(page, 'log-likelihood')
    const best = await value(figure(page, 'the highest there is'))
    expect(await value(total)).toBeLessThan(best - 1)
    await page.getByRole('button', { name: 'Climb' }).click()
    await expect.poll(() => value(total), { timeout: 5000 }).toBeCloseTo(best, 2)
    await page.getByRole('slider', { name: 'Point 6' }).press('Shift+ArrowRight')
    expect(await value(figure(page, 'best μ'))).toBeCloseTo((-0.4 + 0.7 + 1.1 + 1.6 + 2.4 + 4.1) / 6, 3)
  })

  it('moves where motion is welcome', async () => {
    const page = await lecture('likelihood')
    const best = await value(figure(page, 'the highest there is'))
    await page.getByRole('button', { name: 'Climb' }).click()
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    await expect.poll(() => value(figure(page, 'log-likelihood')), { timeout: 20_000 }).toBeCloseTo(best, 2)
  })
})

describe('sampling by the CDF', () => {
  it('draws from what was drawn, by pointer and keyboard', async () => {
    const page = await lecture('cdf', { reducedMotion: 'reduce' })
    await page.getByRole('button', { name: 'flat' }).click()
    const expected = figure(page, 'the density’s mean')
    expect(await value(expected)).toBeCloseTo(5, 2)
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Drop a thousand' }).click()
    expect(await value(figure(page, /^samples$/))).toBe(4000)
    // the mean of 4,000 uniforms on 8 units: five standard errors
    expect(Math.abs((await value(figure(page, 'their mean'))) - 5)).toBeLessThan((5 * 8) / Math.sqrt(12 * 4000))
    const pen = page.getByRole('slider', { name: 'The pen' })
    await pen.press('End')
    for (let i = 0; i < 4; i++) await pen.press('Shift+ArrowUp')
    expect(await value(expected)).toBeGreaterThan(5.05)
    expect(await value(figure(page, /^samples$/))).toBe(0)
    await page.getByRole('button', { name: 'two hills' }).click()
    await expect.poll(() => value(expected)).toBeLessThan(4.7)
    const box = (await pen.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.9)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.1, { steps: 6 })
    await page.mouse.up()
    expect(await value(expected)).toBeGreaterThan(5)
  })

  it('lets one fall where motion is welcome', async () => {
    const page = await lecture('cdf')
    await page.getByRole('button', { name: 'Drop one' }).click()
    await expect.poll(() => value(figure(page, /^samples$/)), { timeout: 5000 }).toBe(1)
  })
})

describe('generative networks', () => {
  it('counts the preimages of a fold', async () => {
    const page = await lecture('generative')
    expect(await text(page.locator('.verdict'))).toContain('invertible')
    await page.getByRole('button', { name: 'fold' }).click()
    await page.getByText('3 preimages').first().waitFor()
    const middle = page.getByRole('slider', { name: 'G at z = 0' })
    const before = await middle.getAttribute('aria-valuenow')
    await drag(page, middle, 0, -60)
    expect(Number(await middle.getAttribute('aria-valuenow'))).toBeGreaterThan(Number(before) + 0.5)
    await page.getByRole('button', { name: 'identity' }).click()
    await page.getByRole('slider', { name: 'The probe x' }).press('Shift+ArrowLeft')
    // φ(−0.5)
    expect(await value(figure(page, 'p(x) at'))).toBeCloseTo(0.352, 3)
  })
})

describe('flow models', () => {
  it('runs a chain forward and back', async () => {
    const page = await lecture('chain?chain=affine1.planar2', { reducedMotion: 'reduce' })
    const error = page.locator('.readout .strong dd')
    await expect.poll(() => text(error), { timeout: 30_000 }).toMatch(/10⁻¹./)
    await page.getByRole('button', { name: 'Add' }).click()
    await expect.poll(() => value(figure(page, 'layers'))).toBe(3)
    await page.getByRole('button', { name: 'Remove layer 1' }).click()
    await expect.poll(() => value(figure(page, 'layers'))).toBe(2)
    await page.getByRole('button', { name: /Back/ }).click()
    expect(await text(page.locator('output'))).toContain('before the first layer')
    await page.getByRole('button', { name: /Forward/ }).click()
    expect(await text(page.locator('output'))).toContain('after the last layer')
    await addressHolds(page, /chain=planar2/)
  })
})

describe('the Jacobian', () => {
  it('follows the point, and its determinant the areas', async () => {
    const page = await lecture('jacobian?map=linear')
    const matrix = page.getByRole('img', { name: /^Jacobian/ })
    expect(await matrix.getAttribute('aria-label')).toContain('1.200, 0.600; 0.300, 0.900')
    expect(await value(figure(page, '|det J|'))).toBeCloseTo(0.9, 4)
    expect(await value(figure(page, 'their ratio'))).toBeCloseTo(0.9, 4)
    await page.getByRole('button', { name: /fold/ }).click()
    const point = page.getByRole('slider', { name: 'The point x' })
    await point.press('Shift+ArrowDown')
    // x₂ = −0.5, so that ∂f₂/∂x₂ = −1
    expect(await matrix.getAttribute('aria-label')).toContain('0.000, −1.000')
    await drag(page, point, 40, 30)
    expect(await matrix.getAttribute('aria-label')).not.toContain('0.000, −1.000')
    await addressHolds(page, /map=fold/)
  })
})

describe('the determinant', () => {
  it('starts at 6, and follows the columns', async () => {
    const page = await lecture('determinant')
    const det = page.getByTestId('det')
    expect(await text(det)).toBe('= 6')
    const first = page.getByRole('slider', { name: 'First column' })
    await first.press('ArrowRight')
    expect(await text(det)).toBe('= 6.5')
    await page.getByRole('button', { name: 'Exchange the columns' }).click()
    expect(await text(det)).toBe('= −6.5')
    await page.getByRole('button', { name: 'Start again' }).click()
    await drag(page, page.getByRole('slider', { name: 'Second column' }), 0, -40)
    expect(await value(det)).not.toBe(6)
    await addressHolds(page, /m=3%2C2%2C0/)
  })

  it('has det I₃ = 1, by six products', async () => {
    const page = await lecture('determinant')
    const total = page.locator('.widget').nth(1).locator('.numbers .strong td').last()
    expect(await text(total)).toBe('1')
    expect(await page.locator('.widget').nth(1).locator('tbody tr').count()).toBe(7)
    await page.getByLabel('Row 1, column 1').fill('2')
    expect(await text(total)).toBe('2')
    await page.getByRole('button', { name: 'A permutation' }).click()
    expect(await text(total)).toBe('1')
  })

  it('takes its matrix from the address', async () => {
    const page = await lecture('determinant?m=1,2,3,4')
    expect(await text(page.getByTestId('det'))).toBe('= −2')
  })
})

describe('change of variables', () => {
  it('keeps the mass while the width changes', async () => {
    const page = await lecture('change')
    const masses = page.locator('.same')
    const widths = page.locator('tbody td:nth-child(4)')
    for (const key of ['Shift+ArrowLeft', 'ArrowRight']) {
      await page.getByRole('slider', { name: 'One end of the interval' }).press(key)
      expect(await text(masses.nth(0))).toBe(await text(masses.nth(1)))
      expect(await text(widths.nth(0))).not.toBe(await text(widths.nth(1)))
    }
    await drag(page, page.getByRole('slider', { name: 'The cell’s corner' }), 40, -30)
    const [z, x] = [await value(figure(page, 'mass in z')), await value(figure(page, 'mass in x'))]
    expect(x).toBeCloseTo(z, 4)
    expect(await text(figure(page, 'area in z'))).not.toBe(await text(figure(page, 'area in x')))
  })
})

describe('normalizing flows', () => {
  it('trains a flow, whose terms add up to log p(x)', async () => {
    const page = await lecture('composition')
    await page.getByText('1,500 of 1,500 steps').waitFor({ timeout: 120_000 })
    const total = figure(page, /^log p\(x\)$/)
    await expect.poll(() => text(total), { timeout: 20_000 }).not.toBe('–')
    // on the upper moon the density is high
    await expect.poll(() => value(total), { timeout: 20_000 }).toBeGreaterThan(-2.5)
    expect(await value(figure(page, 'their sum'))).toBeCloseTo(await value(total), 3)
    const before = await value(total)
    await page.getByRole('slider', { name: 'The point x' }).press('Shift+ArrowUp')
    await expect.poll(() => value(total), { timeout: 10_000 }).toBeLessThan(before - 2)
    expect(await page.locator('.terms li').count()).toBe(9)
  }, 180_000)
})

describe('triangular Jacobians', () => {
  it('have the product of the diagonal for a determinant', async () => {
    const page = await lecture('triangular')
    const diagonal = figure(page, 'over the diagonal')
    await diagonal.waitFor({ timeout: 30_000 })
    for (const name of ['coupling', 'autoregressive']) {
      await page.getByRole('button', { name, exact: true }).click()
      expect(await value(diagonal)).toBeCloseTo(await value(figure(page, 'by elimination')), 7)
    }
    await page.getByRole('button', { name: /dense/ }).click()
    expect(await value(figure(page, 'that the layer states'))).toBeCloseTo(
      await value(figure(page, 'by elimination')),
      7,
    )
    const cell = page.getByRole('slider', { name: 'Entry of the Jacobian' })
    await cell.press('ArrowDown')
    expect(await cell.getAttribute('aria-valuetext')).toContain('row 2, column 1')
    const box = (await cell.boundingBox())!
    await page.mouse.move(box.x + box.width - 5, box.y + box.height - 5)
    await expect.poll(() => cell.getAttribute('aria-valuetext')).toContain('row 8, column 8')
  })
})

describe('layers', () => {
  it('each have the log-determinant of their Jacobian', async () => {
    const page = await lecture('layers')
    const stated = figure(page, 'log|det| by Ebbflow')
    await stated.waitFor({ timeout: 30_000 })
    const layers = page.locator('.choices button')
    for (let i = 0; i < (await layers.count()); i++) {
      await layers.nth(i).click()
      await expect.poll(() => layers.nth(i).getAttribute('aria-pressed')).toBe('true')
      expect(await value(stated)).toBeCloseTo(await value(figure(page, 'by differences')), 6)
    }
    await page.goto(`${inject('site')}#/lecture/layers?layer=planar`)
    await expect.poll(() => text(page.locator('.choices [aria-pressed="true"]'))).toBe('planar')
    const before = await value(stated)
    await page.getByLabel('strength of u').press('ArrowRight')
    await page.getByRole('slider', { name: 'The point x' }).press('Shift+ArrowLeft')
    expect(await value(stated)).not.toBe(before)
    await page.getByRole('button', { name: 'affine coupling' }).first().click()
    const shuffled = await value(stated)
    await page.getByRole('button', { name: 'Shuffle' }).click()
    await expect.poll(() => value(stated)).not.toBe(shuffled)
    await addressHolds(page, /seed=2/)
  })
})

describe('training', () => {
  it('sinks towards the entropy, and pauses', async () => {
    const page = await lecture('training')
    const steps = figure(page, /^steps$/)
    await page.getByRole('button', { name: 'Train', exact: true }).click({ timeout: 60_000 })
    await expect.poll(() => text(steps), { timeout: 60_000 }).not.toMatch(/^0 of/)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => text(steps), { timeout: 120_000 }).toBe('3,000 of 3,000')
    const [nll, entropy] = [await value(figure(page, 'NLL of rows')), await value(figure(page, 'entropy of'))]
    expect(entropy).toBeCloseTo(1.007, 3)
    expect(nll).toBeGreaterThan(entropy - 0.1)
    expect(nll).toBeLessThan(entropy + 0.25)
  }, 240_000)
})
