import { afterEach, expect, it, vi } from 'vitest'
import { Interrupt } from './interrupt.js'

afterEach(() => vi.restoreAllMocks())

it('asks the work to stop, takes an echo of the same Ctrl-C for it, and ends the program at the next', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  const note = vi.fn()
  const listeners = process.listenerCount('SIGINT')
  const interrupt = new Interrupt(note)
  expect(interrupt.signal.aborted).toBe(false)
  process.emit('SIGINT')
  expect(interrupt.signal.aborted).toBe(true)
  clock.mockReturnValue(1010)
  process.emit('SIGINT')
  expect([note.mock.calls.length, exit.mock.calls.length]).toEqual([1, 0])
  clock.mockReturnValue(2000)
  process.emit('SIGINT')
  expect(exit).toHaveBeenCalledExactlyOnceWith(130)
  interrupt.release()
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})
