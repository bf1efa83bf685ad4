import { describe, expect, it } from 'vitest'
import type { Mark, Scene } from '../scene/scene.js'
import { toSvg } from './index.js'
import { simplified } from './simplify.js'

const sceneOf = (...marks: Mark[]): Scene => ({
  width: 30,
  height: 20.256,
  background: '#fff',
  font: 'Inter',
  title: 'marks',
  description: 'all kinds',
  marks,
  panels: [],
})

describe('marks', () => {
  it('become elements', () => {
    const svg = toSvg(
      sceneOf(
        { kind: 'rect', x: 1, y: 2, width: 3, height: 4, fill: 'red', opacity: 0.5 },
        {
          kind: 'path',
          lines: [
            [0, 0, 1, 1.23456],
            [2, 2, 3, 9, Number.NaN, 1, 4, 4, 5, 6],
          ],
          stroke: 'blue',
          dash: [4, 2.5],
        },
        {
          kind: 'path',
          lines: [
            [0, 0, 9, 0, 9, 9],
            [1, 1, 2, 1, 2, 2],
          ],
          closed: true,
          fill: 'green',
        },
        { kind: 'points', points: [1, 2, Number.NaN, 3, 5, 6], radius: 1.5, fill: 'black' },
        {
          kind: 'text',
          x: 3,
          y: 4,
          text: 'a&b',
          size: 11,
          fill: 'black',
          anchor: 'middle',
          weight: 600,
          halo: 'white',
        },
        { kind: 'text', x: 3, y: 4, text: 'up', size: 11, fill: 'black', rotate: -90 },
        { kind: 'group', x: 5, y: 6, clip: { width: 7, height: 8 }, marks: [{ kind: 'group', x: 1, y: 1, marks: [] }] },
      ),
    )
    expect(svg.replace(/></g, '>\n<')).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20.26" viewBox="0 0 30 20.26" font-family="Inter" role="img" aria-label="marks">
      <title>marks</title>
      <desc>all kinds</desc>
      <rect width="30" height="20.26" fill="#fff"/>
      <rect x="1" y="2" width="3" height="4" fill="red" fill-opacity="0.5"/>
      <path d="M0,0L1,1.23M2,2L3,9M4,4L5,6" fill="none" stroke="blue" stroke-width="1" stroke-dasharray="4 2.5" stroke-linejoin="round"/>
      <path d="M0,0L9,0L9,9ZM1,1L2,1L2,2Z" fill="green" fill-rule="evenodd"/>
      <g fill="black">
      <circle cx="1" cy="2" r="1.5"/>
      <circle cx="5" cy="6" r="1.5"/>
      </g>
      <text x="3" y="4" font-size="11" font-weight="600" text-anchor="middle" fill="black" stroke="white" stroke-width="3" stroke-linejoin="round" paint-order="stroke">a&amp;b</text>
      <text transform="translate(3,4) rotate(-90)" font-size="11" fill="black">up</text>
      <svg x="5" y="6" width="7" height="8">
      <g transform="translate(1,1)"/>
      </svg>
      </svg>"
    `)
  })

  it('take the width of what holds them, if so asked', () => {
    const svg = toSvg(sceneOf(), { responsive: true })
    expect(svg).toMatch(/^<svg [^>]*style="display:block;width:100%;height:auto" viewBox="0 0 30 20.26"/)
    expect(svg).not.toMatch(/^<svg [^>]*width="30"/)
  })
})

describe('simplifying', () => {
  it('leaves out what lies on the line, and keeps corners, ends and gaps', () => {
    expect([...Array.from(simplified([0, 0, 1, 0.01, 2, 0, 3, 0, 3, 5], 0.1))]).toEqual([0, 0, 3, 0, 3, 5])
    expect(simplified([0, 0, 1, 1], 0.1)).toEqual([0, 0, 1, 1])
    const gap = simplified([0, 0, 1, 0, 2, 0, Number.NaN, 0, 3, 0, 4, 0, 5, 0], 0.1)
    expect(Array.from(gap)).toEqual([0, 0, 2, 0, Number.NaN, 0, 3, 0, 5, 0])
  })

  it('stays within its tolerance of every point', () => {
    const line = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? i : 40 * Math.sin(i / 15)))
    const few = Array.from(simplified(line, 0.2))
    expect(few.length).toBeLessThan(0.6 * line.length)
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = [line[i]!, line[i + 1]!]
      const k = few.findIndex((v, j) => j % 2 === 0 && v >= x)
      const [ax, ay, bx, by] = k > 0 ? few.slice(k - 2, k + 2) : few.slice(0, 4)
      const at = ay! + ((x - ax!) / (bx! - ax! || 1)) * (by! - ay!)
      // across the line it is less than along y
      expect(Math.abs(at - y)).toBeLessThan(0.65)
    }
  })

  it('takes a ring that ends where it began', () => {
    expect(Array.from(simplified([0, 0, 4, 0, 4, 4, 0, 0], 0.1))).toEqual([0, 0, 4, 0, 4, 4, 0, 0])
  })
})
