import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type RunningGateway, startGateway } from '../start/start-gateway.ts'
import { median, megabytes, quantile, spread } from '../start/statistics.ts'
import { inTemporaryFolder } from '../start/temporary-folder.ts'
import {
  askSnapshot,
  countSnapshots,
  createClient,
  createSnapshot,
  createVolume,
  type GatewayClient,
  removeSnapshot,
} from './gateway-client.ts'
import { makeLargeFolder, makeManyFiles, makeSmallVolume } from './make-folders.ts'
import { packByLoop, packByTar } from './tar-peer.ts'
import { watchLatency, watchMemory } from './watch.ts'

// Snapshots by the gateway, from the mutation until they are CREATED, against `tar -cz` with the same options of the
// same folders, in turns, caches warm. The gateway syncs what it writes; tar does not.

const env = (name: string, usual: number) => Number(process.env[name] || usual)
const rounds = env('BENCH_ROUNDS', 5)
const mebibytes = env('BENCH_MEBIBYTES', 1024)
const manyFiles = env('BENCH_FILES', 100_000)
const smallSnapshots = env('BENCH_SNAPSHOTS', 1000)
/** Small volumes, which are snapshotted in turn, and their files. */
const smallVolumes = 100
const smallFiles = 20
/** Milliseconds for which Q1 is asked with nothing else going on. */
const idle = 5000

const load = () => loadavg()[0]?.toFixed(1)

await inTemporaryFolder(async (folder) => {
  const volumes = join(folder, 'volumes')
  makeLargeFolder(join(volumes, 'large'), 4, mebibytes / 4)
  makeManyFiles(join(volumes, 'many'), manyFiles)
  const small = Array.from({ length: smallVolumes }, (_, index) => `small-${index}`)
  for (const [index, name] of small.entries()) makeSmallVolume(join(volumes, name), smallFiles, index + 1)
  mkdirSync(join(folder, 'peer'))
  console.log(`load average ${load()}`)
  await compareWholeFolders(folder)
  await compareSmallVolumes(folder, small)
  console.log(`load average ${load()} afterwards`)
})

function settingsOf(folder: string, settings: Record<string, string> = {}): Record<string, string> {
  return {
    DATA_DIR: join(folder, 'data'),
    VOLUMES_DIR: join(folder, 'volumes'),
    LOG_LEVEL: 'info',
    ...settings,
  }
}

async function compareWholeFolders(folder: string): Promise<void> {
  const gateway = await startGateway(settingsOf(folder))
  const client = createClient(gateway.url)
  for (const name of ['large', 'many']) {
    const volume = await createVolume(client, name)
    const archive = join(folder, 'peer/archive.tar.gz')
    const tar: number[] = []
    const ours: number[] = []
    const memory: number[] = []
    const latencies = { idle: [] as number[], during: [] as number[] }
    await packByTar(join(folder, 'volumes', name), archive) // warms the caches
    for (let round = 0; round < rounds; round += 1) {
      tar.push(await packByTar(join(folder, 'volumes', name), archive))
      rmSync(archive)
      const taken = await takeOne(client, volume)
      ours.push(taken.seconds)
      await removeSnapshot(client, taken.id)
    }
    for (let round = 0; round < Math.min(3, rounds); round += 1) {
      const known = await createSnapshot(client, await createVolume(client, `empty-${name}-${round}`))
      await untilCreated(client, known)
      const settled = gatewayMemory(gateway, folder)()
      latencies.idle.push(...(await watchLatency(client, known, AbortSignal.timeout(idle))))
      const peak = gatewayMemory(gateway, folder)
      const over = new AbortController()
      const during = watchLatency(client, known, over.signal)
      const taken = await takeOne(client, volume)
      over.abort()
      latencies.during.push(...(await during))
      memory.push(peak() - settled)
      await removeSnapshot(client, taken.id)
    }
    const ratios = tar.map((seconds, round) => seconds / (ours[round] ?? Number.NaN))
    console.log(`${name}: tar ${spread(tar, 1)} s, gateway ${spread(ours, 1)} s: ${spread(ratios, 2)} x`)
    console.log(`  ${megabytes(median(memory))} more memory (PSS)`)
    tellLatencies(latencies)
  }
  client.close()
  await gateway.stop()
}

function tellLatencies({ idle, during }: { idle: number[]; during: number[] }): void {
  const told = (times: number[]) =>
    `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms (${times.length} requests)`
  console.log(`  Q1 idle: ${told(idle)}`)
  console.log(`  Q1 meanwhile: ${told(during)}`)
  console.log(`  p99 meanwhile: ${(quantile(during, 0.99) / quantile(idle, 0.99)).toFixed(2)} x that of idle`)
}

function gatewayMemory({ pid }: RunningGateway, folder: string): () => number {
  const text = readFileSync(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8')
  return watchMemory(pid, Number(text.split('\n')[0]))
}

async function takeOne(client: GatewayClient, volume: string): Promise<{ id: string; seconds: number }> {
  const begin = performance.now()
  const id = await createSnapshot(client, volume)
  await untilCreated(client, id)
  return { id, seconds: (performance.now() - begin) / 1000 }
}

async function untilCreated(client: GatewayClient, id: string): Promise<void> {
  for (;;) {
    const { state } = await askSnapshot(client, id)
    if (state === 'CREATED') return
    await pause(20)
  }
}

async function compareSmallVolumes(folder: string, names: readonly string[]): Promise<void> {
  const folders = names.map((name) => join(folder, 'volumes', name))
  const rates = new Map<string, number[]>()
  const keep = (what: string, seconds: number) =>
    rates.set(what, [...(rates.get(what) ?? []), smallSnapshots / seconds])
  for (let round = 0; round < Math.min(3, rounds); round += 1) {
    keep('loop', await packByLoop(folders, join(folder, 'peer'), smallSnapshots))
    for (const concurrency of ['2', '4']) {
      rmSync(join(folder, 'data'), { recursive: true, force: true })
      const gateway = await startGateway(settingsOf(folder, { WORKER_CONCURRENCY: concurrency }))
      keep(concurrency, await takeSmall(gateway, names))
      await gateway.stop()
    }
  }
  const loop = rates.get('loop') ?? []
  console.log(`${smallSnapshots} snapshots of ${smallFiles} files of 4 KiB, per second: tar ${spread(loop)}`)
  for (const concurrency of ['2', '4']) {
    const ours = rates.get(concurrency) ?? []
    const ratios = ours.map((rate, round) => rate / (loop[round] ?? Number.NaN))
    console.log(`  gateway, WORKER_CONCURRENCY=${concurrency}: ${spread(ours)}: ${spread(ratios, 2)} x`)
  }
}

/** Seconds from the first mutation, with eight under way at a time, until all snapshots are CREATED. */
async function takeSmall({ url }: RunningGateway, names: readonly string[]): Promise<number> {
  const client = createClient(url)
  const volumes: string[] = []
  for (const name of names) volumes.push(await createVolume(client, name))
  const begin = performance.now()
  let asked = 0
  const ask = async () => {
    for (; asked < smallSnapshots; ) await createSnapshot(client, volumes[asked++ % volumes.length] ?? '')
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  while ((await countSnapshots(client, 'CREATED')) < smallSnapshots) await pause(50)
  client.close()
  return (performance.now() - begin) / 1000
}
