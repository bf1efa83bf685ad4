/**
 * Keeps the whole build on the machine, so that it works without a network after the first visit, and isolates the page from other
 * origins where the host's headers do not. The build fills in the two constants.
 */
const VERSION = '__VERSION__'
const FILES = ['__FILES__']
const CACHE = `ebbflow-${VERSION}`

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE)
    await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))
    await self.skipWaiting()
  }
  event.waitUntil(fill())
})

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name.startsWith('ebbflow-') && name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  }
  event.waitUntil(tidy())
})

function isolated(response) {
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

async function answer(request) {
  const cache = await caches.open(CACHE)
  const page = request.mode === 'navigate'
  const kept = await cache.match(page ? './index.html' : request, { ignoreSearch: page, ignoreVary: true })
  return isolated(kept ?? (await fetch(request)))
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && request.url.startsWith(self.registration.scope)) event.respondWith(answer(request))
})
