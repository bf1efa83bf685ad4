import { expect, it } from 'vitest'
import { reversibleText } from './reversible.js'

it('tells both ways of a step beside each other, a line a depth', () => {
  const kept = {
    model: 'NSF',
    layers: 8,
    way: 'ordinary',
    activations: 2 ** 20,
    lasting: 2 ** 19,
    ms: 2,
    error: 1e-6,
  } as const
  const text = reversibleText([kept, { ...kept, way: 'reversible', activations: 2 ** 18, ms: 3, error: 2e-6 }])
  expect(text.split('\n').at(-1)!.trim().split(/\s+/)).toEqual([
    'NSF',
    '8',
    '512',
    '1024',
    '256',
    '2.00',
    '3.00',
    '1.50',
    '1.0e-6',
    '2.0e-6',
  ])
})
