import { operations } from '../../requests/operations.ts'
import { sql } from '../database.ts'
import { createOne, filtered, oneSnapshot, pageOfSnapshots, volumeWithSnapshots } from './statements.ts'
import { type Row, writePage, writeSnapshot, writeSnapshotWithVolume, writeVolume } from './write-json.ts'

// biome-ignore lint/suspicious/noExplicitAny: variables of requests that are known
type Handler = (variables: any) => Promise<string>

/** By the text of the document, the answer to its variables. */
export const answers = new Map<string, Handler>([
  [
    operations.Q1,
    async ({ id }) => {
      const [row] = await rows(oneSnapshot, [id.slice(2)])
      return `{"data":{"snapshot":${row ? writeSnapshotWithVolume(row) : null}}}`
    },
  ],
  [
    operations.Q2,
    async ({ after }) => {
      const comma = after.indexOf(',')
      const page = await rows(pageOfSnapshots, [after.slice(0, comma), after.slice(comma + 1)])
      return `{"data":{"snapshots":${writePage(page, 50, writeSnapshotWithVolume)}}}`
    },
  ],
  [
    operations.Q3,
    async ({ id }) => {
      const found = await rows(volumeWithSnapshots, [id.slice(2)])
      const [first] = found
      if (!first) return '{"data":{"volume":null}}'
      const page = first[0] === null ? [] : found // a volume without snapshots
      const snapshots = writePage(page, 20, writeSnapshot)
      return `{"data":{"volume":{${writeVolume(first)},"snapshots":${snapshots}}}}`
    },
  ],
  [
    operations.Q4,
    async ({ input }) => {
      const [row] = await rows(createOne, [input.volumeId.slice(2), input.name])
      const created = row ? writeSnapshotWithVolume(row) : '{"message":"no such volume"}'
      return `{"data":{"createSnapshot":${created}}}`
    },
  ],
  [
    operations.Q5,
    async ({ filter }) => {
      const page = await rows(filtered, [filter.state[0].toLowerCase(), filter.createdAfter])
      return `{"data":{"snapshots":${writePage(page, 50, writeSnapshot)}}}`
    },
  ],
])

function rows(statement: string, parameters: string[]): Promise<Row[]> {
  return sql.unsafe(statement, parameters, { prepare: true }).values() as unknown as Promise<Row[]>
}
