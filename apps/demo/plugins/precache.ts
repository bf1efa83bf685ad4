import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { Plugin } from 'vite'

/** Writes into the build's service worker which files there are, and a version that changes as any of them does. */
export function precache(): Plugin {
  let folder = ''
  return {
    name: 'ebbflow-precache',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir)
    },
    closeBundle() {
      const worker = join(folder, 'service-worker.js')
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => file !== worker && !file.endsWith('.map'))
        .sort()
      const hash = createHash('sha256')
      for (const file of files) hash.update(relative(folder, file)).update(readFileSync(file))
      const names = files.map((file) => `./${relative(folder, file).split(sep).join('/')}`)
      const source = readFileSync(worker, 'utf8')
        .replace("'__VERSION__'", JSON.stringify(hash.digest('hex').slice(0, 16)))
        .replace("['__FILES__']", JSON.stringify(names))
      writeFileSync(worker, source)
    },
  }
}
