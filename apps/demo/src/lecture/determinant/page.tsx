import { Button } from '../../ui/button.js'
import { Announce, Columns, MatrixView, Prose, Widget } from '../frame/parts.js'
import { Scroll } from '../frame/scroll.js'
import { show } from '../frame/show.js'
import { numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { gridLines, warped } from '../plot/grid.js'
import { Handle } from '../plot/handle.js'
import { Arrow, GridLines, Label, Polygon } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { determinant, type Term, terms } from './leibniz.js'
import './determinant.css'

const RANGE: Point = [-4, 6]
const START = [3, 2, 0, 2]
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]
const GRID = gridLines([-8, 8], [-8, 8], 16, 1)

/** Page 7: the determinant as an area, and as a sum over permutations. */
export function DeterminantPage() {
  const state = usePageState({
    m: numbers(START, { min: -4, max: 6 }),
    three: numbers(IDENTITY, { min: -99, max: 99 }),
  })
  const [a, b, c, d] = state.m.value as readonly [number, number, number, number]
  const matrix = [
    [a, b],
    [c, d],
  ]
  const det = determinant(matrix)
  const token = det < 0 ? 'data' : 'model'
  const snap = (value: number): number => Math.round(value * 4) / 4
  const three = [0, 1, 2].map((i) => state.three.value.slice(3 * i, 3 * i + 3))
  const mark = `det = ${tidy(det)}`

  return (
    <>
      <Prose>
        <p>
          A linear map scales every area by one and the same factor, wherever it lies and whatever its shape: the
          absolute value of its <strong>determinant</strong>. The unit square shows it. Its sides become the columns of
          the matrix, and the area between them is |det|. In three dimensions it is a volume, in n dimensions the volume
          of what becomes of the unit cube.
        </p>
      </Prose>
      <Widget
        title="Drag the columns of a matrix"
        hint="The two arrows are the columns. Drag their tips, or focus one and use the arrow keys. Where the second column passes the first, the square is turned over and the sign changes."
        controls={
          <div class="row">
            <Button onClick={() => (state.m.value = START)}>Start again</Button>
            <Button onClick={() => (state.m.value = [b, a, d, c])}>Exchange the columns</Button>
            <Button onClick={() => (state.m.value = [1, 0, 0, 1])}>Identity</Button>
          </div>
        }
      >
        <Columns>
          <Plane x={RANGE} y={RANGE} label="The image of the unit square under the matrix">
            <GridLines lines={warped(GRID, ([u, v]) => [a * u + b * v, c * u + d * v])} token="accent" opacity={0.18} />
            <Polygon
              points={[
                [0, 0],
                [1, 0],
                [1, 1],
                [0, 1],
              ]}
              token="text-muted"
              opacity={0.18}
            />
            <Polygon
              points={[
                [0, 0],
                [a, c],
                [a + b, c + d],
                [b, d],
              ]}
              token={token}
              opacity={0.35}
            />
            <Arrow from={[0, 0]} to={[a, c]} token="accent" width={3} />
            <Arrow from={[0, 0]} to={[b, d]} token="accent-2" width={3} />
            <Label at={[(a + b) / 2, (c + d) / 2]} anchor="middle" dy={4}>
              {`area ${tidy(Math.abs(det))}`}
            </Label>
            <Handle
              at={[a, c]}
              step={0.25}
              label="First column"
              onMove={([x, y]) => (state.m.value = [snap(x), b, snap(y), d])}
            />
            <Handle
              at={[b, d]}
              step={0.25}
              token="accent-2"
              label="Second column"
              onMove={([x, y]) => (state.m.value = [a, snap(x), c, snap(y)])}
            />
          </Plane>
          <div class="stack">
            <div class="row">
              <span class="det-name">det</span>
              <MatrixView rows={matrix} label="The matrix" colour={(_, j) => (j === 0 ? 'accent' : 'accent-2')} />
              <output class="det-value" style={{ color: `var(--${token})` }} data-testid="det">
                = {tidy(det)}
              </output>
            </div>
            <Sum terms={terms(matrix)} total={det} />
            <p class={`verdict ${det === 0 ? 'bad' : 'good'}`}>
              {det === 0
                ? 'The columns lie on one line: the square is flattened, area is lost, and there is no inverse.'
                : det < 0
                  ? `Areas grow by a factor of ${tidy(-det)}, and left and right change places.`
                  : `Areas grow by a factor of ${tidy(det)}.`}
            </p>
          </div>
        </Columns>
        <Announce>{mark}</Announce>
      </Widget>

      <Prose>
        <h2>The sum over permutations</h2>
        <p>
          In n dimensions, take one entry from every row so that no two share a column, multiply them, give the product
          the sign of the permutation that the columns form, and add up all n! of these:
        </p>
        <Tex block>
          {'\\det A = \\sum_{\\sigma \\in S_n} \\operatorname{sign}(\\sigma) \\prod_{i=1}^{n} A_{i, \\sigma(i)}'}
        </Tex>
      </Prose>
      <Widget
        title="Six products for three rows"
        hint="Change any entry. Of the identity only the diagonal’s product is not zero: det I₃ = 1."
        controls={
          <div class="row">
            <Button onClick={() => (state.three.value = IDENTITY)}>Identity I₃</Button>
            <Button onClick={() => (state.three.value = [2, 0, 0, 1, 3, 0, -1, 4, 0.5])}>A lower triangle</Button>
            <Button onClick={() => (state.three.value = [0, 1, 0, 0, 0, 1, 1, 0, 0])}>A permutation</Button>
          </div>
        }
      >
        <Columns>
          <div class="entries">
            {three.flatMap((row, i) =>
              row.map((value, j) => (
                <input
                  key={`${i}${j}`}
                  type="number"
                  step="0.5"
                  aria-label={`Row ${i + 1}, column ${j + 1}`}
                  value={value}
                  onInput={(event) => {
                    const to = event.currentTarget.valueAsNumber
                    if (Number.isFinite(to))
                      state.three.value = state.three.value.map((old, k) =>
                        k === 3 * i + j ? Math.min(99, Math.max(-99, to)) : old,
                      )
                  }}
                />
              )),
            )}
          </div>
          <Sum terms={terms(three)} total={determinant(three)} />
        </Columns>
        <Announce>{`The determinant of the three by three matrix is ${tidy(determinant(three))}`}</Announce>
      </Widget>
      <Prose>
        <p>
          Try the triangle: every permutation but the identity takes at least one entry from above the diagonal, a zero,
          and the determinant is the product of the diagonal alone. Remember that for page 10. A sum of n! terms is out
          of the question for large n; elimination needs about n³/3 multiplications, and for n = 3,072, a small colour
          picture, that is about ten billion, for each picture and each layer.
        </p>
      </Prose>
    </>
  )
}

/** As few digits as the number has, at most three after the point. */
const tidy = (value: number): string => show(value, 3).replace(/\.?0+$/, '')

function Sum({ terms, total }: { terms: readonly Term[]; total: number }) {
  return (
    <Scroll label="The sum over permutations">
      <table class="numbers">
        <caption class="visually-hidden">The sum over permutations</caption>
        <thead>
          <tr>
            <th scope="col">columns taken</th>
            <th scope="col">sign</th>
            <th scope="col">product</th>
            <th scope="col">term</th>
          </tr>
        </thead>
        <tbody>
          {terms.map(({ order, sign, factors, value }) => (
            <tr key={order.join()} class={value === 0 ? 'nothing' : undefined}>
              <th scope="row">{order.map((k) => k + 1).join(' ')}</th>
              <td>{sign > 0 ? '+' : '−'}</td>
              <td>{factors.map((f) => (f < 0 ? `(${tidy(f)})` : tidy(f))).join(' · ')}</td>
              <td>{tidy(value)}</td>
            </tr>
          ))}
          <tr class="strong">
            <th scope="row">det</th>
            <td />
            <td />
            <td>{tidy(total)}</td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  )
}
