/**
 * Runs the last of many requests: while one is under way the newest waits and those between are forgotten. `rest` is how many milliseconds
 * pass between the end of one, which took `took`, and the next.
 */
export function latest(run: () => Promise<unknown>, rest: (took: number) => number = () => 0): () => void {
  let busy = false
  let again = false
  const start = async (): Promise<void> => {
    if (busy) {
      again = true
      return
    }
    busy = true
    again = false
    const began = performance.now()
    // what was asked of a session that has been replaced is refused: the next version asks again
    await run().catch(() => {})
    setTimeout(
      () => {
        busy = false
        if (again) void start()
      },
      rest(performance.now() - began),
    )
  }
  return () => void start()
}
