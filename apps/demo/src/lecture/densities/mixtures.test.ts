import { tensor } from '@ebbflow/core'
import { MultivariateNormal } from '@ebbflow/distributions'
import { randomLcg, randomNormal, randomUniform } from 'd3-random'
import { describe, expect, it } from 'vitest'
import { bayes, classes, drawPair, logComponent, mixtureDensity } from './mixtures.js'

const noise = (seed: number) => {
  const source = randomLcg(seed)
  return { uniform: randomUniform.source(source)(), normal: randomNormal.source(source)() }
}

describe('the two classes', () => {
  it('have the densities of Ebbflow’s normals', () => {
    for (const part of classes.flat()) {
      const [a, b] = part.spread
      const r = part.correlation
      const scaleTril = [
        [a, 0],
        [r * b, b * Math.sqrt(1 - r * r)],
      ]
      const theirs = new MultivariateNormal({ loc: [...part.mean], scaleTril }).init()
      const got = theirs.logProb(tensor([0.3, -0.8])).dataSync()[0]!
      expect(logComponent(part, [0.3, -0.8])).toBeCloseTo(got, 4)
    }
  })

  it('obey Bayes’ rule, and a larger prior pulls the posterior', () => {
    const { given, prior, joint, marginal, posterior } = bayes([0.2, 0.1], 0.3)
    expect(prior[0] + prior[1]).toBeCloseTo(1, 15)
    expect(posterior[0] + posterior[1]).toBeCloseTo(1, 12)
    expect(posterior[1] * marginal).toBeCloseTo(given[1] * 0.3, 12)
    expect(joint[0]).toBeCloseTo(given[0] * 0.7, 12)
    expect(bayes([0.2, 0.1], 0.6).posterior[1]).toBeGreaterThan(posterior[1])
  })

  it('each have a mass of 1', () => {
    for (const parts of classes) {
      let mass = 0
      const h = 0.05
      for (let x = -7; x < 7; x += h) for (let y = -7; y < 7; y += h) mass += mixtureDensity(parts, [x, y]) * h * h
      expect(mass).toBeCloseTo(1, 4)
    }
  })

  it('are drawn from as often as the prior says, around their means', () => {
    const source = noise(0.25)
    const draws = Array.from({ length: 8000 }, () => drawPair(0.3, source))
    const second = draws.filter(({ y }) => y === 1)
    // three standard errors
    expect(Math.abs(second.length / 8000 - 0.3)).toBeLessThan(3 * Math.sqrt((0.3 * 0.7) / 8000))
    const mean = second.reduce((sum, { x }) => sum + x[0], 0) / second.length
    expect(Math.abs(mean - 1.1)).toBeLessThan((3 * 0.8) / Math.sqrt(second.length))
  })
})
