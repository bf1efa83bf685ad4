import { withStandards } from '../model/options.js'
import { recipeOf, recipes } from '../model/recipes.js'
import { Card } from '../ui/card.js'
import { Formula } from '../ui/formula.js'
import { Select } from '../ui/select.js'
import { OptionField } from './option-field.js'
import { change, opened, settings } from './store.js'

/** Which flow learns it. */
export function ModelPanel() {
  const recipe = recipeOf(settings.value.recipe)
  const { values } = settings.value
  return (
    <Card title="Model">
      <Select
        label="Flow"
        value={recipe.name}
        options={recipes.map(({ name, title }) => ({ value: name, label: title }))}
        onChange={(name) => void change({ recipe: name, values: withStandards(recipeOf(name).options, values) })}
      />
      <p class="hint">{recipe.about}</p>
      <Formula tex={recipe.formula} block />
      <p class="hint">
        <a href={recipe.paper.url} target="_blank" rel="noreferrer">
          {recipe.paper.title}
        </a>
        , {recipe.paper.by}
      </p>
      {recipe.options.map((option) => (
        <OptionField
          key={`${recipe.name}-${option.key}`}
          option={option}
          value={values[option.key] ?? option.standard}
          onChange={(value) => void change({ values: { ...values, [option.key]: value } })}
        />
      ))}
      {opened.value && (
        <p class="hint">
          {opened.value.layers.length} layers, {opened.value.parameters.toLocaleString('en')} parameters
        </p>
      )}
    </Card>
  )
}
