import { useEffect, useRef } from 'preact/hooks'

/** Whether the reader asked for less motion: animations then show their end at once. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Calls `step` at every frame while `running`, with the seconds since the frame before. */
export function useFrames(running: boolean, step: (seconds: number) => void): void {
  const latest = useRef(step)
  latest.current = step
  useEffect(() => {
    if (!running) return
    let before = performance.now()
    let frame = requestAnimationFrame(function next(now) {
      frame = requestAnimationFrame(next)
      const passed = Math.min(0.1, Math.max(0, (now - before) / 1000))
      before = now
      latest.current(passed)
    })
    return () => cancelAnimationFrame(frame)
  }, [running])
}
