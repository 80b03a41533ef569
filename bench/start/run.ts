import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Memory, memoryOf, processTree } from './process-memory.ts'
import { startGateway } from './start-gateway.ts'
import { megabytes, spread } from './statistics.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

// How long `node dist/main.js serve` takes until it is ready, on an empty data folder and later, and what memory the
// gateway and its Postgres have at rest.

const rounds = Number(process.env.BENCH_ROUNDS || 9)
/** Milliseconds after which a gateway that nobody asks anything is at rest. */
const rest = 3000

const load = () => loadavg()[0]?.toFixed(1)
const first: number[] = []
const later: number[] = []
let memory: { gateway: Memory; postgres: Memory } | undefined

console.log(`${rounds} rounds; load average ${load()}`)
for (let round = 1; round <= rounds; round += 1)
  await inTemporaryFolder(async (folder) => {
    const dataDir = join(folder, 'data')
    for (const times of [first, later]) {
      const gateway = await startGateway({ DATA_DIR: dataDir })
      times.push(gateway.readyAfter)
      if (times === later && round === rounds) {
        await pause(rest)
        memory = atRest(gateway.pid, dataDir)
      }
      await gateway.stop()
    }
  })
console.log(`load average ${load()} afterwards`)
console.log(`first start: ${spread(first)} ms`)
console.log(`later start: ${spread(later)} ms`)
for (const [what, { pss, rss, processes }] of Object.entries(memory ?? {}))
  console.log(`${what} at rest: ${megabytes(pss)} (RSS ${megabytes(rss)}, ${processes} processes)`)

function atRest(pid: number, dataDir: string): { gateway: Memory; postgres: Memory } {
  const [postmaster] = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')
  const ofPostgres = processTree(Number(postmaster))
  const ofGateway = processTree(pid).filter((one) => !ofPostgres.includes(one))
  return { gateway: memoryOf(ofGateway), postgres: memoryOf(ofPostgres) }
}
