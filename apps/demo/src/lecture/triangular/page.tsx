import { useMemo, useState } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import { Toggle } from '../../ui/toggle.js'
import { useReady } from '../flow/engine.js'
import { Announce, Choices, Columns, Legend, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { choice, number, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import { signAndLogDet } from '../maths/linear.js'
import { HeatMap } from './heat-map.js'
import { at, logDiagonal, reordered, type StructureKey, structureKeys, structureOf } from './structures.js'

/** Page 10: Jacobians that are triangles, and one that is not. */
export function TriangularPage() {
  const state = usePageState({
    layer: choice<StructureKey>('coupling', structureKeys),
    seed: number(1, { min: 1, max: 9999 }),
    sort: choice<'no' | 'yes'>('no', ['no', 'yes']),
  })
  const is = useReady()
  const structure = structureOf(state.layer.value)
  const seed = Math.round(state.seed.value)
  const found = useMemo(() => (is ? at(structure, seed) : undefined), [is, structure, seed])
  const sorting = structure.sorted !== undefined && state.sort.value === 'yes'
  const order = sorting ? structure.sorted! : found?.jacobian.map((_, i) => i)
  const shown = found && reordered(found.jacobian, order!)
  const n = found?.jacobian.length ?? 0
  const [cell, setCell] = useState<readonly [number, number]>([0, 0])
  const [i, j] = [Math.min(cell[0], n - 1), Math.min(cell[1], n - 1)]

  return (
    <>
      <Prose>
        <p>
          The determinant of an n × n matrix costs about n³/3 multiplications, and its gradient again as many. For a{' '}
          <strong>triangular</strong> matrix it costs n: every product of the sum over permutations but one takes a
          zero, and what is left is the diagonal.
        </p>
        <Tex block>
          {
            '\\det \\begin{pmatrix} a_{11} & 0 & 0 \\\\ a_{21} & a_{22} & 0 \\\\ a_{31} & a_{32} & a_{33} \\end{pmatrix} = a_{11}\\, a_{22}\\, a_{33}'
          }
        </Tex>
        <p>
          So most layers are built to have such a Jacobian: let every output depend on inputs before it only. How it
          depends on them is free, and may be a network of any size, for below the diagonal nothing matters.
        </p>
      </Prose>
      <Widget
        title="Jacobians of real layers"
        hint="Each is computed by Ebbflow at one point. Point at an entry, or focus the picture and use the arrow keys."
        controls={
          <div class="row">
            <Button onClick={() => (state.seed.value = seed + 1)}>Other weights</Button>
            {structure.sorted && (
              <Toggle
                label="Sort: values that pass first"
                checked={sorting}
                onChange={(on) => (state.sort.value = on ? 'yes' : 'no')}
              />
            )}
          </div>
        }
      >
        <Choices
          label="Layer"
          value={state.layer.value}
          options={structureKeys.map((value) => ({ value, label: structureOf(value).name }))}
          onChange={(value) => (state.layer.value = value)}
        />
        <p class="prose">{structure.about}</p>
        {found && shown ? (
          <Columns>
            <div class="stack">
              <HeatMap matrix={shown} order={order!} at={[i, j]} onAt={setCell} />
              <Legend
                items={[
                  { token: 'model', text: 'positive' },
                  { token: 'data', text: 'negative' },
                ]}
              />
            </div>
            <div class="stack">
              <p class="entry">
                <Tex>{`\\dfrac{\\partial y_{${order![i]! + 1}}}{\\partial x_{${order![j]! + 1}}}`}</Tex> ={' '}
                {show(shown[i]![j]!, 4)}
              </p>
              <Readout
                rows={[
                  { name: 'Σ ln |Jᵢᵢ|, over the diagonal', value: show(logDiagonal(shown), 8), strong: true },
                  { name: 'ln |det J| by elimination', value: show(signAndLogDet(shown).logAbs, 8), strong: true },
                  { name: 'ln |det J| that the layer states', value: show(found.logDet, 8) },
                ]}
              />
              <p class={`verdict ${structure.triangular ? 'good' : 'bad'}`}>
                {structure.triangular
                  ? sorting || !structure.sorted
                    ? `A lower triangle: the diagonal is enough, ${n} numbers of ${n * n}.`
                    : 'Not a triangle in this order, and yet the diagonal is enough: exchanging rows and columns alike leaves the determinant as it is.'
                  : state.layer.value === 'chain'
                    ? 'The diagonal of the product is not enough, but nobody needs it: the layers’ log-determinants are added up.'
                    : 'A full matrix: the diagonal says little about the determinant.'}
              </p>
            </div>
          </Columns>
        ) : (
          <p class="muted">Loading Ebbflow…</p>
        )}
        <Announce>{found ? `${structure.name}: log determinant ${show(found.logDet, 3)}` : ''}</Announce>
      </Widget>
    </>
  )
}
