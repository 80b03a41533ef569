import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answers } from './bare/answers.ts'
import { port } from './end-with-parent.ts'

// The limit: no GraphQL at all. The documents are known by their text, and each is answered by one statement.

createServer((request, response) => {
  request.once('data', (first: Buffer) => {
    let body = first
    request.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk])
    })
    request.once('end', () => void answer(body, response))
  })
  request.once('error', () => response.destroy())
}).listen(port, '127.0.0.1')

async function answer(body: Buffer, response: ServerResponse<IncomingMessage>): Promise<void> {
  let status = 200
  let text: string
  try {
    const { query, variables } = JSON.parse(body.toString())
    const handler = answers.get(query)
    if (!handler) throw new Error('unknown document')
    text = await handler(variables)
  } catch (error) {
    status = 500
    text = JSON.stringify({ errors: [{ message: String(error) }] })
  }
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
