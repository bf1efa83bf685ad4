import { show } from '../frame/show.js'
import type { Matrix, Point } from '../maths/linear.js'
import { Dots, Line } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { seriesOf } from './series.js'

const TERMS = 12

/** The partial sums of tr ln(I + ∇f) beside its value. */
export function Series({ jacobian, exact }: { jacobian: Matrix; exact: number }) {
  const inner = jacobian.map((row, i) => row.map((value, j) => value - (i === j ? 1 : 0)))
  const sums = seriesOf(inner, TERMS)
  const low = Math.min(exact, ...sums)
  const high = Math.max(exact, ...sums)
  const margin = Math.max(0.05, 0.2 * (high - low))
  return (
    <div>
      <p class="plane-title">The series after n terms, and the exact value</p>
      <Plane
        x={[0.5, TERMS + 0.5]}
        y={[low - margin, high + margin]}
        aspect={2.4}
        label={`The sums of the series: ${sums.map((sum) => show(sum, 3)).join(', ')}; the exact value is ${show(exact, 3)}`}
        xLabel="n"
      >
        <Line
          points={[
            [0.5, exact],
            [TERMS + 0.5, exact],
          ]}
          token="data"
          dash="5 4"
        />
        <Line points={sums.map((sum, i): Point => [i + 1, sum])} width={1.5} />
        <Dots points={sums.map((sum, i): Point => [i + 1, sum])} token="model" radius={3.5} opacity={1} />
      </Plane>
    </div>
  )
}
