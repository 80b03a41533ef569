import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { assertHistory } from '../support/history.ts'
import { createVolume } from '../support/main-job.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { type GatewayProcess, startProcess } from '../support/process.ts'
import { createRandom } from '../support/random.ts'
import { temporaryDirectory } from '../support/storage.ts'
import { openStream } from '../support/streams.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const events = 10_000
const cuts = 100
const writers = 8

const watch = `subscription ($after: String) { snapshotEvents(after: $after) {
  cursor event { id at snapshotId kind from to } } }`

interface Seen {
  id: string
  at: string
  snapshotId: string
  kind: string
  from: string | null
  to: string
}

it(`a watcher that is cut ${cuts} times among ${events} events, of ${writers} writers on two replicas, misses none and sees none twice (SEED=${seed})`, async () => {
  const random = createRandom(seed)
  const server = await startOwnPostgres()
  const cwd = temporaryDirectory()
  const start = () =>
    startProcess(['--port', '0'], { DATABASE_URL: server.url, MIN_FREE_BYTES: '0B' }, { cwd })
  const replicas: GatewayProcess[] = [await start(), await start()]
  const [first] = replicas
  if (!first) throw new Error('unreachable: there are two')
  const volume = await createVolume(first, 'volume')
  const { latestCursor } = (await first.data('{ snapshotEvents { latestCursor } }')).snapshotEvents

  let asked = 0
  /** Snapshots that all writers change, so that their changes wait for each other; the rest comes of the workers. */
  const shared: string[] = []
  const write = async () => {
    while (asked < events) {
      asked += 1
      const to = random.pick(replicas)
      const id = random.pick(shared)
      if (id === undefined || random.below(20) === 0) {
        const { createSnapshot } = await to.data(
          `mutation { createSnapshot(input: { volumeId: "${volume}" }) { ... on Snapshot { id } } }`,
        )
        shared.push(createSnapshot.id)
        if (shared.length > 20) {
          const [oldest] = shared.splice(0, 1)
          await to.data(`mutation { removeSnapshot(input: { id: "${oldest}" }) { __typename } }`)
        }
      } else if (random.below(10) === 0)
        await to.data(`mutation { backupSnapshot(input: { id: "${id}" }) { __typename } }`)
      else
        await to.data(`mutation { updateSnapshot(input: { id: "${id}", name: "${asked}" }) { __typename } }`)
    }
  }
  const writing = Promise.all(Array.from({ length: writers }, write))

  const seen: Seen[] = []
  let after: string = latestCursor
  let connections = 0
  /** Watches one of the replicas until so many events have come, or all have; then it is cut, in the middle of whatever comes. */
  const watchFor = async (count: number, isDone: () => boolean) => {
    connections += 1
    const stream = await openStream(random.pick(replicas).url, watch, { after })
    for (let n = 0; n < count && !isDone(); ) {
      const { cursor, event } = await stream.delivery()
      after = cursor
      if (event === null) continue
      seen.push(event)
      n += 1
    }
    stream.cut()
  }
  while (connections < cuts) {
    await watchFor(random.below((2 * events) / cuts), () => asked >= events && connections > cuts / 2)
    if (random.below(10) === 0) await pause(random.below(100))
  }
  await writing
  // A last change, after which nothing else can come.
  const settled = async () => {
    const [row] = await server.ask(
      (sql) => sql`select count(*)::int as busy from snapshot where transitioning = 'yes'`,
    )
    return row?.busy === 0
  }
  while (!(await settled())) await pause(50)
  const { snapshotEvents: end } = await first.data('{ snapshotEvents(last: 1) { nodes { id } } }')
  await watchFor(Number.POSITIVE_INFINITY, () => seen.at(-1)?.id === end.nodes[0].id)

  const numbers = seen.map(({ id }) => Number(id.slice(3)))
  expect(numbers.length).toBeGreaterThan(events)
  // None missed, none twice, none out of its place.
  expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n))
  const history = await server.ask(
    (sql) => sql`select count(*)::int as count from snapshot_event where id >= ${numbers[0] ?? 0}`,
  )
  expect(history[0]?.count).toBe(numbers.length)
  // Of each snapshot in the order of its commits: each is written while its row is locked.
  const last = new Map<string, Seen>()
  for (const event of seen) {
    const before = last.get(event.snapshotId)
    expect(event.from).toBe(before?.to ?? null)
    if (before) expect(event.at > before.at).toBe(true)
    last.set(event.snapshotId, event)
  }
  await server.ask((sql) => assertHistory(sql))
  const kinds = Object.fromEntries(
    [...new Set(seen.map(({ kind }) => kind))].map((kind) => [
      kind,
      seen.filter((event) => event.kind === kind).length,
    ]),
  )
  console.log(
    `seed ${seed}: ${seen.length} events of ${last.size} snapshots on ${connections} connections, ${JSON.stringify(kinds)}`,
  )
  for (const replica of replicas) {
    expect(replica.log.filter(({ level }) => level >= 50)).toEqual([])
    expect(await replica.stop()).toBe(0)
  }
})
