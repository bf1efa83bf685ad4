import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const fixture = fileURLToPath(new URL('./load.fixture.ts', import.meta.url))
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })

// in processes of their own, since loading happens once
it('loading leaves the current backend, its tensors and the gradient rules as they were, or says what is amiss', () => {
  const loads = node('scripts/native.mjs', '--check').status === 0
  const { status, stdout, stderr } = node('--conditions=@ebbflow/source', '--import', 'tsx', fixture)
  if (loads) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({ current: 'wasm', values: [9, 16], own: true, foreign: false })
  } else {
    expect(status).toBe(1)
    expect(stderr).toContain('EbbflowError: native TensorFlow kernels do not load: expected @tensorflow/tfjs-node')
  }
})
