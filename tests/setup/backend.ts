import { loadBackend, useBackend } from '@ebbflow/core'
import { inject } from 'vitest'

await loadBackend('float64')
await useBackend(inject('backend'))
