import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { getOperationAST, parse } from 'graphql'
import { pino } from 'pino'
import { refuseCostlyOperation } from '../../src/graphql/refuse-costly-operation.ts'
import { schema } from '../../src/graphql/schema.ts'
import { RequestError } from '../../src/resources/errors.ts'
import { createTestDatabase } from './database.ts'
import { createTestGateway } from './gateway.ts'
import { type RandomRequest, randomNumbers, randomRequests } from './random-documents.ts'
import { rowMaker } from './rows.ts'

/** What a caller may be told of a request of his own. */
const codes = [
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'TOO_COSTLY',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]

export interface FuzzReport {
  /** How many were answered without an error, with some, and not at all. */
  whole: number
  partial: number
  refused: number
  /** Every error that a caller was told of, by its code. */
  codes: Record<string, number>
  /** Bytes of live heap that the last four fifths left behind. */
  growth: number
}

/**
 * Sends random requests to a gateway over a database with rows, and rejects at the first that is not answered as it
 * should be: by a fault, masked or not, by what is no answer, or with more than it was said to cost at most.
 */
export async function fuzzGraphql({ count, seed }: { count: number; seed: number }): Promise<FuzzReport> {
  const database = await createTestDatabase()
  const faults: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void faults.push(line) })
  const { server } = createTestGateway(database, { log })
  const ids = await fill(database)
  const next = randomRequests(randomNumbers(seed), ids)
  const report: FuzzReport = { whole: 0, partial: 0, refused: 0, codes: {}, growth: 0 }
  const collectGarbage = garbageCollector()
  let before = 0

  const send = async (request: RandomRequest, number: number) => {
    const response = await server.inject({ method: 'POST', url: '/graphql', payload: request })
    const wrong = (why: string) =>
      new Error(
        `${why}, at request ${number} of seed ${seed}: ${JSON.stringify(request)}\n${response.body}\n${faults.join('')}`,
      )
    if (response.statusCode >= 500) throw wrong(`status ${response.statusCode}`)
    if (faults.length > 0) throw wrong('a fault was logged')
    const { data, errors = [] } = response.json()
    for (const { extensions } of errors) {
      if (!codes.includes(extensions?.code)) throw wrong(`the code ${extensions?.code}`)
      report.codes[extensions.code] = (report.codes[extensions.code] ?? 0) + 1
    }
    if (data === undefined && errors.length === 0) throw wrong('no answer')
    if (data && !request.query.includes('__schema') && !request.query.includes('__type(')) {
      const [said, was] = [costOf(request), weightOf(data) - objectWeight]
      if (was > said) throw wrong(`a cost of ${said} was said, it is ${was}`)
    }
    report[errors.length === 0 ? 'whole' : data ? 'partial' : 'refused']++
    // What was made on the way is there for the next ones.
    for (const [id] of response.body.matchAll(/\b1[svb]\d+\b/g))
      if (!ids.includes(id)) ids[Math.floor(number % 200) + 20] = id
  }

  const atOnce = 8
  let sent = 0
  /** One after the other, so that one that waits holds up none of the others. */
  const sendSome = async () => {
    while (sent < count) {
      const number = sent++
      await send(next(), number)
      database.statements.length = 0
      if (before === 0 && number >= count / 5) before = collectGarbage()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sendSome))
  report.growth = collectGarbage() - before
  return report
}

/** Rows of every kind and state, and their ids, with some of another account. */
export async function fill(database: Awaited<ReturnType<typeof createTestDatabase>>): Promise<string[]> {
  const make = rowMaker(database)
  const ids: string[] = ['1a1']
  const [other] = await database.client`
    insert into account (name, volumes_root) values ('other', 'other') returning id`
  for (const account_id of [1, other?.id])
    for (let n = 0; n < 8; n++) {
      const volume = await make.volume({ account_id, state: n === 7 ? 'removed' : 'active' })
      ids.push(`1v${volume}`)
      for (const state of ['requested', 'created', 'backed-up', 'removing', 'removed']) {
        const transitioning = ['requested', 'removing'].includes(state) ? 'yes' : 'no'
        const snapshot = await make.snapshot(volume, {
          account_id,
          state,
          transitioning,
          name: n % 2 ? 'name' : null,
        })
        ids.push(`1s${snapshot}`)
        if (state === 'backed-up') ids.push(`1b${await make.backup(volume, snapshot, { account_id })}`)
      }
    }
  return ids
}

function costOf({ query, variables }: RandomRequest): number {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('a random document has one operation')
  try {
    refuseCostlyOperation({ schema, document, operation, variableValues: variables ?? {} }, 0)
  } catch (error) {
    if (error instanceof RequestError && error.details.cost !== undefined) return error.details.cost
    throw error
  }
  return 0
}

const objectWeight = 10

/** What an answer weighs by the formula of costs, but for its statements and arguments. */
function weightOf(answer: unknown): number {
  if (Array.isArray(answer)) return answer.reduce<number>((sum, entry) => sum + weightOf(entry), 0)
  if (typeof answer !== 'object' || answer === null) return 1
  return Object.values(answer).reduce<number>((sum, part) => sum + weightOf(part), objectWeight)
}

/** Collects garbage, and tells how many bytes of the heap are left. */
function garbageCollector(): () => number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return () => {
    collect()
    return process.memoryUsage().heapUsed
  }
}
