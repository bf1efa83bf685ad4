import { render } from 'preact'
import './design/tokens.css'
import './design/base.css'
import { Shell } from './app/shell.js'

render(<Shell />, document.getElementById('app')!)

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  navigator.serviceWorker.register(new URL('./service-worker.js', document.baseURI)).catch((error: Error) => {
    // a private window may forbid it: everything but the offline visit works without
    console.info(`The page will not work offline: ${error.message}`)
  })
