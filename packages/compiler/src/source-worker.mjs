// the worker in this repository, where Node must be taught TypeScript first
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
