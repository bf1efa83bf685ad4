import { withStandards } from '../model/options.js'
import { recipeOf, recipes } from '../model/recipes.js'
import { Card } from '../ui/card.js'
import { Select } from '../ui/select.js'
import { About } from './about.js'
import { OptionField } from './option-field.js'
import { STACK } from './settings.js'
import { StackEditor } from './stack-editor.js'
import { change, opened, settings } from './store.js'

const OPTIONS = [
  ...recipes.map(({ name, title }) => ({ value: name, label: title, group: 'Recipes' })),
  { value: STACK, label: 'Layers stacked by hand', group: 'Your own' },
]

/** Which flow learns it. */
export function ModelPanel() {
  const { recipe, values } = settings.value
  const choose = (name: string): void =>
    void change(
      name === STACK ? { recipe: name } : { recipe: name, values: withStandards(recipeOf(name).options, values) },
    )
  return (
    <Card title="Model">
      <Select label="Flow" value={recipe} options={OPTIONS} onChange={choose} />
      {recipe === STACK ? <StackEditor /> : <RecipeEditor />}
      {opened.value && (
        <p class="hint">
          {opened.value.layers.length} {opened.value.layers.length === 1 ? 'layer' : 'layers'},{' '}
          {opened.value.parameters.toLocaleString('en')} parameters
          {!opened.value.exact && '; its density is estimated'}
        </p>
      )}
    </Card>
  )
}

function RecipeEditor() {
  const { values } = settings.value
  const recipe = recipeOf(settings.value.recipe)
  return (
    <>
      <p class="hint">{recipe.about}</p>
      <About formula={recipe.formula} paper={recipe.paper} />
      {recipe.options.map((option) => (
        <OptionField
          key={`${recipe.name}-${option.key}`}
          option={option}
          value={values[option.key] ?? option.standard}
          onChange={(value) => void change({ values: { ...values, [option.key]: value } })}
        />
      ))}
    </>
  )
}
