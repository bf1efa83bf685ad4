import { signal } from '@preact/signals'
import { layerKindOf, layerKinds } from '../model/layers.js'
import { HIGHEST, type Stacked, stacked } from '../model/stack.js'
import { Button } from '../ui/button.js'
import { Select } from '../ui/select.js'
import { About } from './about.js'
import { OptionField } from './option-field.js'
import { change, settings } from './store.js'

const adding = signal('coupling')
const open = signal<number | undefined>(undefined)

const put = (stack: readonly Stacked[]): void => void change({ stack })

/** Moves a layer by one place. */
function move(at: number, by: -1 | 1): void {
  const stack = [...settings.value.stack]
  const [layer] = stack.splice(at, 1)
  stack.splice(at + by, 0, layer!)
  if (open.value === at) open.value = at + by
  put(stack)
}

/** Layers stacked by hand, from noise to data. */
export function StackEditor() {
  const { stack } = settings.value
  return (
    <div class="stack-editor">
      <p class="hint">From noise z to data x:</p>
      <ol>
        {stack.map((each, i) => (
          <li key={i}>
            <LayerEditor each={each} at={i} last={i === stack.length - 1} />
          </li>
        ))}
      </ol>
      <div class="adder">
        <Select
          label="Layer to add"
          value={adding.value}
          options={layerKinds.map(({ name, title }) => ({ value: name, label: title }))}
          onChange={(name) => {
            adding.value = name
          }}
        />
        <Button
          disabled={stack.length >= HIGHEST}
          onClick={() => {
            open.value = stack.length
            put([...stack, stacked(adding.value)])
          }}
        >
          Add
        </Button>
      </div>
    </div>
  )
}

function LayerEditor({ each, at, last }: { each: Stacked; at: number; last: boolean }) {
  const kind = layerKindOf(each.layer)
  if (!kind) return null
  const { stack } = settings.value
  const shown = open.value === at
  const place = `${kind.title}, layer ${at + 1}`
  return (
    <>
      <div class="layer-head">
        <button
          type="button"
          class="layer-title"
          aria-expanded={shown}
          onClick={() => {
            open.value = shown ? undefined : at
          }}
        >
          {kind.title}
        </button>
        <Button kind="quiet" label={`Move up: ${place}`} disabled={at === 0} onClick={() => move(at, -1)}>
          ↑
        </Button>
        <Button kind="quiet" label={`Move down: ${place}`} disabled={last} onClick={() => move(at, 1)}>
          ↓
        </Button>
        <Button
          kind="quiet"
          label={`Remove: ${place}`}
          disabled={stack.length === 1}
          onClick={() => put(stack.filter((_, i) => i !== at))}
        >
          ✕
        </Button>
      </div>
      {shown && (
        <div class="stack layer-body">
          <About formula={kind.formula} paper={kind.paper} open />
          {kind.options
            .filter(({ key }) => key !== 'bins' || (each.values.family ?? 'spline') === 'spline')
            .map((option) => (
              <OptionField
                key={option.key}
                option={option}
                value={each.values[option.key] ?? option.standard}
                onChange={(value) =>
                  put(
                    stack.map((other, i) =>
                      i === at ? { ...other, values: { ...other.values, [option.key]: value } } : other,
                    ),
                  )
                }
              />
            ))}
        </div>
      )}
    </>
  )
}
