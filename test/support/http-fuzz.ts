import { type AddressInfo, connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { expect } from 'vitest'
import { createServer } from '../../src/http/server.ts'
import type { TestDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import { anyStorage } from './gateway.ts'
import { mutatedRequest, randomOf } from './http-mutations.ts'

/** Seconds in which a whole request must come. */
const receiveTimeout = 0.3
/** Milliseconds after an answer in which another one may come. */
const quiet = 10
/** Milliseconds without any answer. */
const silence = 10_000

export interface FuzzResult {
  statuses: Record<string, number>
  /** Requests, as bytes, that were answered as none should be, or not at all. */
  faults: { request: string; answer: string }[]
  /** Lines of the log that tell of faults. */
  errors: unknown[]
  /** MB of heap in use after a quarter of the requests, and in the end. */
  heap: [number, number]
}

/** Sends so many mutated requests to a listening server, each on a connection of its own. */
export async function fuzzHttp(database: TestDatabase, count: number, seed: number): Promise<FuzzResult> {
  const errors: unknown[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(JSON.parse(line)) })
  const server = createServer({
    log,
    handles: { storage: anyStorage, operationDeadline: 3600, events: database.events },
    authenticate: () => ({ scope: database.scope, role: 'ADMIN', actor: null, name: 'test' }),
    isReady: async () => true,
    receiveTimeout,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const random = randomOf(seed)
  const result: FuzzResult = { statuses: {}, faults: [], errors, heap: [0, 0] }

  async function send(bytes: Buffer) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {}) // reset: it may not have read all of what it refuses
    let answer = ''
    const timer = setTimeout(() => socket.destroy(), silence)
    let calm: NodeJS.Timeout | undefined
    socket.on('data', (piece) => {
      answer += piece.toString('latin1')
      clearTimeout(calm)
      calm = setTimeout(() => socket.destroy(), quiet)
    })
    socket.write(bytes)
    const since = performance.now()
    await new Promise((resolve) => socket.once('close', resolve))
    clearTimeout(timer)
    clearTimeout(calm)
    // A body may hold no head of an answer: they are JSON, or scripts of ours.
    const statuses = [...answer.matchAll(/(?:^|[^"])HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '')
    const isSilent = answer === '' && performance.now() - since > silence - 100
    for (const status of statuses) result.statuses[status] = (result.statuses[status] ?? 0) + 1
    if (
      isSilent ||
      statuses.some((status) => status >= '500') ||
      /INTERNAL_SERVER_ERROR|Internal Server Error|Unexpected error/.test(answer)
    )
      result.faults.push({ request: bytes.toString('latin1').slice(0, 2000), answer: answer.slice(0, 500) })
  }

  let left = count
  const quarter = Math.floor((count * 3) / 4)
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      while (left > 0) {
        if (left-- === quarter) {
          database.statements.length = 0 // the test keeps them
          result.heap[0] = heapInUse()
        }
        await send(mutatedRequest(random))
      }
    }),
  )
  const open = () => new Promise((resolve) => server.server.getConnections((_, number) => resolve(number)))
  await eventually(async () => expect(await open()).toBe(0))
  await eventually(async () => {
    const under = await database.client`
      select query from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`
    expect(under).toHaveLength(0)
  })
  database.statements.length = 0
  result.heap[1] = heapInUse()
  // It is as well as before.
  const sound = await fetch(`http://127.0.0.1:${port}/graphql?query={__typename}`)
  expect(await sound.json()).toEqual({ data: { __typename: 'Query' } })
  await server.close()
  return result
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20)
}
