import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
// In JSON six times as long: the worst text that there can be.
const volume = await rowMaker(database).volume({ description: '\u0001'.repeat(1024) })
const texts = (times: number) => Array.from({ length: times }, (_, n) => `a${n}: description`).join(' ')
/** 100 volumes, each with its text so many times. */
const asking = (times: number) => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Volume { ${texts(times)} } } }`
  return JSON.stringify({ query, variables: { ids: Array(100).fill(`1v${volume}`) } })
}

async function listen(options: { receiveTimeout?: number; requestTimeout?: number } = {}) {
  const { server } = createTestGateway(database, options)
  const url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/graphql`
  const { port } = server.server.address() as AddressInfo
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await server.close()
  })
  return {
    server,
    ask: (body: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    /** Asks, and reads nothing of the answer. */
    askUnread: (body: string) => {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => {})
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      return socket
    },
  }
}

it('the longest answer that the limits allow has 15 MB', async () => {
  const { ask } = await listen()
  const response = await ask(asking(24))
  expect(response.status).toBe(200)
  expect((await response.text()).length).toBeLessThan(15 * 2 ** 20)
  expect(await (await ask(asking(25))).json()).toMatchObject({
    errors: [{ extensions: { code: 'TOO_COSTLY' } }],
  })
})

it('a client that takes nothing of its answer is left', async () => {
  const { server, askUnread } = await listen({ receiveTimeout: 0.2, requestTimeout: 2 })
  const socket = askUnread(asking(20))
  await once(socket, 'connect')
  const open = () => new Promise((resolve) => server.server.getConnections((_, number) => resolve(number)))
  await eventually(async () => expect(await open()).toBe(1))
  await eventually(async () => expect(await open()).toBe(0))
})

it('answers that nobody reads take a bounded part of the memory; small ones and those of mutations are sent all the same', async () => {
  const { ask, askUnread } = await listen()
  // 64 MB, but for less than the answer of one volume.
  const sockets = [20, 20, 20, 20, 20, 9].map((times) => askUnread(asking(times)))
  await Promise.all(sockets.map((socket) => once(socket, 'readable')))
  const response = await ask(asking(1))
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await response.json()).toMatchObject({
    errors: [{ message: 'too many answers wait to be read; try again soon' }],
  })
  expect((await ask('{"query": "{ viewer { role } }"}')).status).toBe(200)
  const mutation = `mutation { updateVolume(input: { id: "1v${volume}", name: "new" }) { ... on Volume { ${texts(20)} } } }`
  const done = await ask(JSON.stringify({ query: mutation }))
  expect([done.status, (await done.text()).length > 64 * 2 ** 10]).toEqual([200, true])
  for (const socket of sockets) socket.destroy()
  await eventually(async () => expect((await ask(asking(20))).status).toBe(200))
})
