import { join } from 'node:path'
import type { Place } from '../database/place.ts'
import { type Generator, startGenerator } from '../load/generator.ts'
import { run, stopAll } from '../processes.ts'
import { textTable } from '../report/table.ts'
import { gateway as program } from '../servers/gateway.ts'
import { startServer } from '../servers/start-server.ts'
import { median } from '../start/statistics.ts'
import { inTemporaryFolder } from '../start/temporary-folder.ts'

// Whether /v1 is as fast as GraphQL for the same fields: one gateway is asked both in turns, so that what else the machine
// does is in both. BENCH_ROUNDS, BENCH_SECONDS, BENCH_SNAPSHOTS: others than 5, 3 and 100,000.

const rounds = Number(process.env.BENCH_ROUNDS || 5)
const seconds = Number(process.env.BENCH_SECONDS || 3)
const snapshots = Number(process.env.BENCH_SNAPSHOTS || 100_000)

const fields = `id accountId created description kind name removed state transitioning transitioningMessage
  transitioningProgress uuid checksum managedVolumeUUID sizeBytes volumeId actions { action available }`

interface Pair {
  name: string
  graphql: string[]
  rancher: string[]
  /** What each answer has in it. */
  proof: string
}

/** One snapshot, and a page from somewhere in the middle, the same by both. */
function pairs(ids: readonly number[]): Pair[] {
  const one = `query One($id: ID!) { snapshot(id: $id) { ${fields} } }`
  const page = `query Page($after: String) { snapshots(first: 50, after: $after, orderBy: { field: CREATED, direction: ASC }) {
    nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`
  const cursor = (id: number, order: string, value: string | null) =>
    Buffer.from(JSON.stringify([1, 'snapshot', order, 'ASC', value, String(id)])).toString('base64url')
  const created = (index: number) => new Date(Date.now() - (30 - (index % 28)) * 86_400_000).toISOString()
  return [
    {
      name: 'one by its id',
      graphql: ids.map((id) => JSON.stringify({ query: one, variables: { id: `1s${id}` } })),
      rancher: ids.map((id) => `/v1/snapshots/1s${id}`),
      proof: '"managedVolumeUUID"',
    },
    {
      name: 'a page of 50',
      graphql: ids.map((id, index) =>
        JSON.stringify({
          query: page,
          variables: { after: cursor(id, 'CREATED', created(index).replace('Z', '000Z')) },
        }),
      ),
      rancher: ids.map((id) => `/v1/snapshots?limit=50&marker=${cursor(id, 'ID', null)}`),
      proof: '"managedVolumeUUID"',
    },
  ]
}

async function measure(generator: Generator, pid: number, port: number): Promise<string[][]> {
  // Every other one: some are removed, and read all the same.
  const ids = Array.from({ length: 1000 }, (_, n) => 1 + ((n * 7919) % Math.floor(snapshots / 2)))
  const rows: string[][] = []
  for (const { name, graphql, rancher, proof } of pairs(ids)) {
    const found: Record<'graphql' | 'rancher', number[]> = { graphql: [], rancher: [] }
    for (let round = 0; round < rounds; round++) {
      const asks = [
        ['graphql', graphql],
        ['rancher', { paths: rancher }],
      ] as const
      for (const [which, bodies] of round % 2 === 0 ? asks : [...asks].reverse()) {
        const warmUp = { seconds: round === 0 ? 2 : 0.3, requests: 500 }
        const job = { port, pid, headers: {}, proof, connections: 32, warmUp, seconds }
        const turn = await generator.load({ ...job, bodies: bodies as never })
        found[which].push(turn.perSecond)
      }
    }
    const ratios = found.rancher.map((perSecond, round) => perSecond / (found.graphql[round] ?? 1))
    rows.push([
      name,
      median(found.graphql).toFixed(0),
      median(found.rancher).toFixed(0),
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)})`,
    ])
  }
  return rows
}

/** Prints the ratios. */
export async function main(): Promise<void> {
  try {
    await inTemporaryFolder(async (folder) => {
      const dataDir = join(folder, 'data')
      const env = { DATA_DIR: dataDir }
      const log = join(folder, 'seed.log')
      const counts = ['--volumes', snapshots / 100, '--snapshots', snapshots].map(String)
      await run({ args: ['dist/main.js', 'seed', ...counts], env, log })
      const gateway = await startServer(program, { folder, env } as unknown as Place, '')
      try {
        const rows = await measure(startGenerator(folder), gateway.pid, gateway.port)
        process.stdout.write(
          `${textTable(['requests a second', 'GraphQL', '/v1', '/v1 of GraphQL'], rows)}\n`,
        )
      } finally {
        await gateway.stop()
      }
    })
  } finally {
    await stopAll()
  }
}
