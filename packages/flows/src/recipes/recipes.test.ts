import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('every recipe is held to the mass and the samples of its density', () => {
  const folder = import.meta.dirname
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const recipes = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      [...text(file).matchAll(/^export function (\w+)\(options: .*\): Flow(?: \| Flow<tf\.Tensor>)? \{/gm)].map(
        (m) => m[1]!,
      ),
    )
    .filter((name) => !/Flow$|Maker$|^check/.test(name))
  expect(recipes.length).toBeGreaterThanOrEqual(12)
  const test = text('recipes.backend.test.ts')
  for (const name of recipes)
    expect(test, `${name} is not among them`).toMatch(new RegExp(`\\b${name}\\(\\{|\\b${name}\\(picture`))
})
