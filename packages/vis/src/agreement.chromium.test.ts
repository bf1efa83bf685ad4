import { readFileSync } from 'node:fs'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyFigure } from './figures/every.fixture.js'
import { byCanvas, bySvg, difference, fontFile, type Pixels } from './rendered.fixture.js'
import { toSvg } from './svg/index.js'

/** What the page has of ours. */
declare const ebbflow: {
  everyFigure: typeof everyFigure
  toSvg: typeof toSvg
  drawScene: typeof import('./canvas/index.js').drawScene
}

const face = (weight: 400 | 600): string =>
  `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/ttf;base64,${readFileSync(fontFile(weight)).toString('base64')}) }`

/** The drawing code as a page loads it: without tfjs, which is looked at too. */
async function bundled(): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { everyFigure } from './figures/every.fixture.js'; export { toSvg } from './svg/index.js'; export { drawScene } from './canvas/index.js'`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    globalName: 'ebbflow',
    conditions: ['@ebbflow/source'],
    write: false,
    metafile: true,
  })
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('tfjs'))).toEqual([])
  return outputFiles[0]!.text
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(png)
  const { width, height } = image
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width, height, data: context.getImageData(0, 0, width, height).data }
}

/**
 * How far pictures may be apart, which edges of letters and lines are, by antialiasing: by 1.2 of 255 on average, and in 0.4 % of the pixels by
 * a quarter of the range. A shift by one pixel is farther.
 */
const MEAN = 1.2
const FAR = 0.004
function expectAlike(a: Pixels, b: Pixels): void {
  const { mean, far } = difference(a, b)
  expect(mean).toBeLessThan(MEAN)
  expect(far).toBeLessThan(FAR)
}

describe('Node and Chromium draw the same', () => {
  let browser: Browser
  let page: Page
  const errors: string[] = []
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-sync',
        '--no-first-run',
        '--font-render-hinting=none',
      ],
    })
    page = await browser.newPage({ viewport: { width: 1000, height: 1000 } })
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.setContent(`<!doctype html><style>${face(400)}${face(600)} body { margin: 0 }</style><main></main>`)
    await page.addScriptTag({ content: await bundled() })
    await page.evaluate(() =>
      Promise.all(['400 12px Inter', '600 12px Inter'].map((font) => document.fonts.load(font))),
    )
  }, 120_000)
  afterAll(() => browser?.close())

  const scenes = [
    ...Object.entries(everyFigure('light')).map(([name, scene]) => ({ name, theme: 'light' as const, scene })),
    ...Object.entries(everyFigure('dark'))
      .filter(([name]) => ['density', 'jacobian'].includes(name))
      .map(([name, scene]) => ({ name, theme: 'dark' as const, scene })),
  ]

  it.each(scenes)('$name, $theme, as SVG', async ({ name, theme, scene }) => {
    await page.setViewportSize({ width: scene.width, height: scene.height })
    const svg = await page.evaluate(
      ([name, theme]) => {
        const text = ebbflow.toSvg(ebbflow.everyFigure(theme)[name]!)
        document.querySelector('main')!.innerHTML = text
        return text
      },
      [name, theme] as const,
    )
    expect(svg.length / toSvg(scene).length).toBeCloseTo(1, 3)
    expectAlike(await pixelsOf(await page.screenshot()), bySvg(toSvg(scene)))
  })

  it.each(scenes)('$name, $theme, on a canvas', async ({ name, theme, scene }) => {
    const url = await page.evaluate(
      ([name, theme]) => {
        const scene = ebbflow.everyFigure(theme)[name]!
        const canvas = document.createElement('canvas')
        canvas.width = scene.width
        canvas.height = scene.height
        ebbflow.drawScene(canvas.getContext('2d')!, scene)
        return canvas.toDataURL('image/png')
      },
      [name, theme] as const,
    )
    expectAlike(await pixelsOf(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')), byCanvas(scene))
  })

  it('and a shift by one pixel would show', () => {
    for (const { scene } of scenes.filter(({ name }) => name !== 'images')) {
      const drawn = byCanvas(scene)
      const shifted = { ...drawn, data: drawn.data.slice() }
      shifted.data.copyWithin(4, 0)
      expect(difference(drawn, shifted).far).toBeGreaterThan(FAR)
    }
  })

  it('without an error on the console', () => {
    expect(errors).toEqual([])
  })
})
