/** `npm start`: sets everything up and fits a spline flow to the flights; `--json` prints one JSON object at the end. */

import { spawn } from 'node:child_process'
import { installPackages, root } from './setup.mjs'

installPackages()
const child = spawn(
  process.execPath,
  ['--conditions=@ebbflow/source', '--import', 'tsx', 'apps/cli/src/flights-main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
// Ctrl-C goes to the whole group; the child saves what it has and ends with a code of its own
process.on('SIGINT', () => {})
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
