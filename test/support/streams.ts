import { onTestFinished } from 'vitest'
import type { TestGateway } from './gateway.ts'

/** What a stream of a subscription brings. */
export interface OpenStream {
  status: number
  headers: Headers
  /** The next result; null once it is complete. Rejects where the connection is cut. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
  next(): Promise<any>
  /** The next delivery of snapshotEvents. */
  // biome-ignore lint/suspicious/noExplicitAny: the same
  delivery(): Promise<any>
  /** All that came between the events. */
  readonly comments: number
  /** Goes away without a word. */
  cut(): void
}

/** Has the gateway listen, and returns where. */
export async function listening(gateway: TestGateway): Promise<string> {
  await gateway.server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => gateway.server.close())
  const [address] = gateway.server.addresses()
  if (typeof address !== 'object') throw new Error('it listens on no port')
  return `http://127.0.0.1:${address.port}/graphql`
}

/** Subscribes over HTTP, as a browser does. */
export async function openStream(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  const abort = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    signal: abort.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  onTestFinished(() => abort.abort())
  let comments = 0
  const results = read()
  async function* read() {
    let text = ''
    for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(bytes).toString()
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const frame = text.slice(0, end)
        text = text.slice(end + 2)
        if (frame.startsWith(':')) comments += 1
        else if (frame.startsWith('event: complete')) return
        else yield JSON.parse(frame.slice(frame.indexOf('data: ') + 6))
      }
    }
    throw new Error('the stream was cut')
  }
  const next = async () => (await results.next()).value ?? null
  return {
    status: response.status,
    headers: response.headers,
    next,
    delivery: async () => {
      const result = await next()
      if (result?.errors || !result?.data) throw new Error(JSON.stringify(result))
      return result.data.snapshotEvents
    },
    get comments() {
      return comments
    },
    cut: () => abort.abort(),
  }
}
