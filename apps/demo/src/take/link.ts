/** Bytes as text that addresses hold, made small first. */
export async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const small = await through(bytes, new CompressionStream('deflate-raw'))
  let text = ''
  for (let i = 0; i < small.length; i += 8192) text += String.fromCharCode(...small.subarray(i, i + 8192))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * The bytes of a text that `pack` made.
 *
 * @throws Error where it is no such text.
 */
export async function unpack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const small = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    return await through(small, new DecompressionStream('deflate-raw'))
  } catch {
    throw new Error('the link is cut short or changed: no model can be read from it')
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}

/** Longest text that a link may hold: browsers take more, chat programs less. */
export const LONGEST = 120_000
