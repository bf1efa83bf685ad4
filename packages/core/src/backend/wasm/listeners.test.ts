import { afterEach, expect, it } from 'vitest'
import { withoutErrorListeners } from './listeners.js'

const mine = (): void => {}
afterEach(() => {
  process.removeListener('unhandledRejection', mine)
})

it('takes away the listeners that came meanwhile, and no others', async () => {
  process.on('unhandledRejection', mine)
  const before = process.listeners('unhandledRejection')
  const result = await withoutErrorListeners(async () => {
    process.on('unhandledRejection', () => {})
    process.on('uncaughtException', () => {})
    return 7
  })
  expect(result).toBe(7)
  expect(process.listeners('unhandledRejection')).toEqual(before)
  await expect(
    withoutErrorListeners(async () => {
      process.on('unhandledRejection', () => {})
      throw new Error('no start')
    }),
  ).rejects.toThrow('no start')
  expect(process.listeners('unhandledRejection')).toEqual(before)
})
