/** `npm test`: sets everything up, then lint, types, build and every test; `--long` runs the tests that take longer instead. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages, pnpm, prepareBrowser, prepareNative, preparePython } from './setup.mjs'

const long = process.argv.includes('--long')
installPackages()
const native = prepareNative()
const python = preparePython()
const browser = prepareBrowser()

const step = (name, args, env = {}) => {
  console.log(`\n── ${name}`)
  const started = Date.now()
  const status = pnpm(args, { env: { ...process.env, ...env } })
  console.log(`── ${name}: ${status === 0 ? 'done' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  return status === 0
}

let right = true
if (!long) {
  right = step('lint', ['lint', '--max-diagnostics=50']) && right
  right = step('types', ['typecheck']) && right
}
right = step('build', ['build']) && right
if (!long) right = step('unused code', ['knip']) && right

const folder = mkdtempSync(join(tmpdir(), 'ebbflow-test-'))
const report = join(folder, 'report.json')
right =
  step(
    long ? 'long tests' : 'tests',
    ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    {
      EBBFLOW_TESTS: long ? 'long' : 'all',
      EBBFLOW_NATIVE: native ? '1' : '0',
      ...(python ? { EBBFLOW_PYTHON: python } : {}),
      ...(browser ? { CHROMIUM_PATH: browser } : {}),
    },
  ) && right

const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
rmSync(folder, { recursive: true })
console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`)
process.exit(right && numFailedTests === 0 && numPassedTests > 0 ? 0 : 1)
