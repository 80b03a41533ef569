import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const volume = await make.volume()

/** What the database's clock says, spelled as the API spells times. */
async function clock(): Promise<string> {
  const [row] = await database.client`
    select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`
  return row?.now
}
const createSnapshot = `createSnapshot(input: { volumeId: "1v${volume}" }) { ... on Resource { created } }`
const createVolume = (name: string) =>
  `createVolume(input: { name: "${name}" }) { ... on Resource { created } }`
const inTurn = (times: string[]) => expect(times).toEqual([...new Set(times)].sort())

describe('created is the time of the accepting statement', () => {
  it('by the clock of the database, one for each of a document', async () => {
    const before = await clock()
    const { a, b, c, d } = await createTestGateway(database).data(`mutation {
      a: ${createVolume('one')} b: ${createSnapshot} c: ${createSnapshot} d: ${createVolume('two')} }`)
    inTurn([before, a.created, b.created, c.created, d.created, await clock()])
  })

  it('not of the time at which a snapshot began to wait for its volume', async () => {
    const gateway = createTestGateway(database)
    let answer: Promise<{ result: { created: string } }> | undefined
    const waited = await database.client.begin(async (tx) => {
      await tx`select from volume where id = ${String(volume)} for update`
      answer = gateway.data(`mutation { result: ${createSnapshot} }`)
      await eventually(async () => {
        const waiting = await database.client`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        expect(waiting).toHaveLength(1)
      })
      return clock()
    })
    inTurn([waited, (await answer)?.result.created ?? '', await clock()])
  })

  it('not of the time at which a volume began to wait for its directory', async () => {
    let waited = ''
    const makeVolume = async () => {
      waited = await clock()
      return null
    }
    const slow = { ...anyStorage.get('vfs'), makeVolume }
    const gateway = createTestGateway(database, { storage: new Map([['vfs', slow]]) as typeof anyStorage })
    const { result } = await gateway.data(`mutation { result: ${createVolume('slow')} }`)
    inTurn([waited, result.created, await clock()])
  })
})
