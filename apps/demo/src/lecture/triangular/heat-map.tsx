import { show } from '../frame/show.js'
import type { Matrix } from '../maths/linear.js'
import './heat-map.css'

/** A matrix as tints: blue for positive entries, orange for negative ones, nothing for zeros; one entry is pointed at. */
export function HeatMap({
  matrix,
  order,
  at: [row, column],
  onAt,
}: {
  matrix: Matrix
  /** Which value each row and column is. */
  order: readonly number[]
  at: readonly [number, number]
  onAt: (at: readonly [number, number]) => void
}) {
  const n = matrix.length
  const top = Math.max(1e-9, ...matrix.flat().map(Math.abs))
  const hold = (k: number): number => Math.min(n - 1, Math.max(0, k))
  const value = matrix[row]![column]!
  return (
    <div
      class="heat"
      role="slider"
      tabIndex={0}
      aria-label="Entry of the Jacobian"
      aria-valuenow={Number(value.toFixed(4))}
      aria-valuemin={-top}
      aria-valuemax={top}
      aria-valuetext={`row ${order[row]! + 1}, column ${order[column]! + 1}: ${show(value, 3)}`}
      style={{ gridTemplateColumns: `repeat(${n}, 1fr)` }}
      onKeyDown={(event) => {
        const moves: Record<string, readonly [number, number]> = {
          ArrowUp: [-1, 0],
          ArrowDown: [1, 0],
          ArrowLeft: [0, -1],
          ArrowRight: [0, 1],
        }
        const by = moves[event.key]
        if (!by) return
        event.preventDefault()
        onAt([hold(row + by[0]), hold(column + by[1])])
      }}
      onPointerMove={(event) => point(event, n, onAt)}
      onPointerDown={(event) => point(event, n, onAt)}
    >
      {matrix.flatMap((entries, i) =>
        entries.map((entry, j) => {
          const share = Math.round(100 * (Math.abs(entry) / top) ** 0.6)
          const token = entry < 0 ? 'data' : 'model'
          return (
            <span
              key={`${i} ${j}`}
              class={`${i === j ? 'diagonal' : ''} ${i === row && j === column ? 'pointed' : ''}`}
              style={
                entry === 0
                  ? {}
                  : { background: `color-mix(in oklab, var(--${token}) ${Math.max(6, share)}%, var(--surface))` }
              }
            />
          )
        }),
      )}
    </div>
  )
}

function point(event: PointerEvent, n: number, onAt: (at: readonly [number, number]) => void): void {
  const box = (event.currentTarget as Element).getBoundingClientRect()
  const cell = (share: number): number => Math.min(n - 1, Math.max(0, Math.floor(n * share)))
  onAt([cell((event.clientY - box.top) / box.height), cell((event.clientX - box.left) / box.width)])
}
