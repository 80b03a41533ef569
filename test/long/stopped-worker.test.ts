import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { act, archives, createSnapshot, createVolume, read, serve, settles } from '../support/main-job.ts'
import { readRows } from '../support/model/read-rows.ts'
import { type GatewayProcess, startProcess } from '../support/process.ts'
import { startStatementLog } from '../support/statement-log.ts'
import { temporaryDirectory } from '../support/storage.ts'

const database = await createTestDatabase()
const { client } = database

/** A gateway without a worker, and workers on the same folder and database. */
async function start() {
  const log = await startStatementLog(database.address) // by TCP, as programs ask for it
  onTestFinished(log.close)
  const cwd = temporaryDirectory()
  const volumes = join(cwd, 'volumes')
  mkdirSync(join(volumes, 'big'), { recursive: true })
  for (let file = 0; file < 4; file++) writeFileSync(join(volumes, 'big', `${file}`), randomBytes(2 ** 25))
  mkdirSync(join(volumes, 'small'))
  await client`truncate storage_root, volume, snapshot, backup, idempotency_key`
  const env = { DATABASE_URL: log.address.url, VOLUMES_DIR: volumes }
  const gateway = await startProcess(serve, { ...env, WORKER: 'off' }, { cwd })
  return {
    gateway,
    root: join(cwd, 'data/snapshots'),
    startWorker: () => startProcess(['worker'], env, { cwd }),
  }
}

/** The worker, and what it runs for its storage. */
function processesOf({ process: { pid = 0 } }: GatewayProcess): number[] {
  const below = (parent: number): number[] => {
    try {
      const found = execFileSync('pgrep', ['-P', `${parent}`], { encoding: 'utf8' })
      return found
        .trim()
        .split('\n')
        .map(Number)
        .flatMap((child) => [child, ...below(child)])
    } catch {
      return [] // none
    }
  }
  return [pid, ...below(pid)]
}

/** Stops a worker in the middle of a snapshot, and perhaps its processes; what lets them go on. */
async function stopped(
  worker: GatewayProcess,
  root: string,
  { whole }: { whole: boolean },
): Promise<() => void> {
  await eventually(() => expect(archives(root)).toEqual([expect.stringMatching(/\.tmp$/)]))
  const [first = 0, ...more] = processesOf(worker)
  const pids = whole ? [first, ...more] : [first]
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  const goOn = () => {
    for (const pid of pids.splice(0))
      try {
        process.kill(pid, 'SIGCONT')
      } catch {} // it has ended
  }
  onTestFinished(goOn)
  return goOn
}

const leaseRunsOut = () =>
  client`update snapshot set lease_expires = now(), run_after = now() where lease_token is not null`

/** What must not change: rows, and the files with their contents. */
async function everything(root: string) {
  const files = archives(root).map((name) => {
    const path = join(root, name)
    const checksum = createHash('sha256').update(readFileSync(path)).digest('hex')
    return { name, inode: statSync(path).ino, checksum: `sha256:${checksum}` }
  })
  return { rows: await readRows(client), files }
}

const hasLost = (worker: GatewayProcess) =>
  eventually(() => expect(worker.log.map(({ msg }) => msg)).toContain('snapshot.create: lost'), 30_000)

/** A worker that was late works on as any other, once the other has ended. */
async function worksAlone(late: GatewayProcess, other: GatewayProcess, gateway: GatewayProcess) {
  expect(await other.stop()).toBe(0)
  await settles(gateway, await createSnapshot(gateway, await createVolume(gateway, 'small')), 'CREATED')
  expect(await late.stop()).toBe(0)
}

it.each([
  ['that is stopped', { whole: false, real: false }],
  ['that is stopped with its storage processes', { whole: true, real: false }],
  ['that is stopped for longer than its lease of 30 s', { whole: true, real: true }],
])('a worker %s finds its snapshot taken by another, and changes nothing', async (_, { whole, real }) => {
  const { gateway, root, startWorker } = await start()
  const late = await startWorker()
  const id = await createSnapshot(gateway, await createVolume(gateway, 'big'))
  const goOn = await stopped(late, root, { whole })
  const other = await startWorker()
  if (!real) await leaseRunsOut()
  await eventually(async () => expect(await read(gateway, id)).toMatchObject({ state: 'CREATED' }), 90_000)

  const before = await everything(root)
  expect(before.files).toEqual([{ ...before.files[0], checksum: (await read(gateway, id)).checksum }])
  goOn()
  await hasLost(late)
  expect(await everything(root)).toEqual(before)
  await worksAlone(late, other, gateway)
})

it.each([
  ['that is stopped', false],
  ['that is stopped with its storage processes', true],
])('a worker %s finds its snapshot removed by another, and leaves nothing behind', async (_, whole) => {
  const { gateway, root, startWorker } = await start()
  const late = await startWorker()
  const id = await createSnapshot(gateway, await createVolume(gateway, 'big'))
  const goOn = await stopped(late, root, { whole })
  await act(gateway, 'removeSnapshot', id)
  expect(await read(gateway, id)).toMatchObject({
    transitioningMessage: 'Waiting for the cancelled work to stop',
  })
  const other = await startWorker()
  await leaseRunsOut()
  await settles(gateway, id, 'REMOVED')
  const before = await everything(root)
  expect(before.files).toEqual([])
  goOn()
  await hasLost(late)
  expect(await everything(root)).toEqual(before)
  await worksAlone(late, other, gateway)
})
