/** A point on an element, as shares of its width and height from its upper left corner. */
export interface Place {
  readonly x: number
  readonly y: number
}

const STEP = 0.01

/**
 * Handlers that move something over an element by pointer and, where the element has the focus, by arrow keys (ten steps with Shift).
 * `place` is where it is now, `onMove` is told where it goes, within 0 and 1.
 */
export function draggable(place: () => Place, onMove: (to: Place) => void, onEnd: () => void = () => {}) {
  const held = (x: number): number => Math.min(1, Math.max(0, x))
  const at = (event: PointerEvent): Place => {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    return { x: held((event.clientX - box.left) / box.width), y: held((event.clientY - box.top) / box.height) }
  }
  return {
    onPointerDown(event: PointerEvent) {
      const element = event.currentTarget as Element
      element.setPointerCapture(event.pointerId)
      onMove(at(event))
    },
    onPointerMove(event: PointerEvent) {
      if ((event.currentTarget as Element).hasPointerCapture(event.pointerId)) onMove(at(event))
    },
    onPointerUp: onEnd,
    onPointerCancel: onEnd,
    onKeyDown(event: KeyboardEvent) {
      const step = STEP * (event.shiftKey ? 10 : 1)
      const move: Record<string, [number, number]> = {
        ArrowLeft: [-step, 0],
        ArrowRight: [step, 0],
        ArrowUp: [0, -step],
        ArrowDown: [0, step],
      }
      const by = move[event.key]
      if (!by) return
      event.preventDefault()
      const from = place()
      onMove({ x: held(from.x + by[0]), y: held(from.y + by[1]) })
    },
  }
}
