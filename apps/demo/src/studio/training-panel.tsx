import { Card } from '../ui/card.js'
import { Select } from '../ui/select.js'
import { BATCH_SIZES, BUDGETS, LEARNING_RATES } from './settings.js'
import { change, settings } from './store.js'

const listed = (standard: readonly number[], value: number) =>
  [...new Set([...standard, value])]
    .sort((a, b) => a - b)
    .map((n) => ({ value: String(n), label: n.toLocaleString('en', { maximumFractionDigits: 6 }) }))

/** How it learns. */
export function TrainingPanel() {
  const { learningRate, batchSize, steps } = settings.value
  return (
    <Card title="Training">
      <Select
        label="Learning rate (Adam)"
        value={String(learningRate)}
        options={listed(LEARNING_RATES, learningRate)}
        onChange={(value) => void change({ learningRate: Number(value) })}
      />
      <Select
        label="Rows a step"
        value={String(batchSize)}
        options={listed(BATCH_SIZES, batchSize)}
        onChange={(value) => void change({ batchSize: Number(value) })}
      />
      <Select
        label="Steps"
        value={String(steps)}
        options={listed(BUDGETS, steps)}
        onChange={(value) => void change({ steps: Number(value) })}
      />
    </Card>
  )
}
