/** `npm run demo`: sets everything up, builds the studio, serves it on this machine and prints its address. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { installPackages, root } from './setup.mjs'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4173' },
    host: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log('npm run demo [-- --port 4173] [-- --host 0.0.0.0]   builds the studio, serves it and prints its address')
  process.exit(0)
}
installPackages()
const folder = join(root, 'apps', 'demo')
const { build, preview } = await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve('vite')).href)
console.error('demo: building')
await build({ root: folder, logLevel: 'warn' })
const server = await preview({
  root: folder,
  preview: { port: Number(values.port), ...(values.host ? { host: values.host } : {}) },
})
console.log(`demo: ${server.resolvedUrls.local[0]}`)
