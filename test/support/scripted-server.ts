import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Received {
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted as wholes, whatever their shape
  body: any
}

export type Reply = (response: ServerResponse, request: Received) => void

/**
 * Answers requests one after another by a script, whose last line stands for all that follow. Returns its URL and what it
 * received; it goes with the test.
 */
export async function startScriptedServer(...script: [Reply, ...Reply[]]) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const asked = { headers: request.headers, body: await json(request) }
    const reply = script[Math.min(received.length, script.length - 1)]
    received.push(asked)
    reply?.(response, asked)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, received }
}

/** Answers a result of GraphQL. */
export function answers(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Answers a refusal with a code. */
export function refuses(code: string, status: number, headers: Record<string, string> = {}): Reply {
  const body = {
    errors: [{ message: `it is ${code}`, extensions: { code } }],
    extensions: { requestId: 'r1' },
  }
  return answers(body, status, headers)
}

/** Begins a stream, and sends these results; then `go` has it. */
export function streams(results: unknown[], go: (response: ServerResponse) => void = () => {}): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(':\n\n')
    for (const result of results) response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)
    go(response)
  }
}
