import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect } from 'vitest'
import { createVfs } from '../../../src/storage/vfs/vfs.ts'
import { runAttempt } from '../../../src/worker/attempt.ts'
import { createClaims } from '../../../src/worker/claim.ts'
import { endOverdue } from '../../../src/worker/end-overdue.ts'
import { workTables } from '../../../src/worker/work-table.ts'
import type { TestDatabase } from '../database.ts'
import { throughGate } from '../gated-files.ts'
import { createTestGateway } from '../gateway.ts'
import type { TestStorage } from '../storage.ts'
import type { Row } from './model.ts'
import { readRows } from './read-rows.ts'

const still = { lease: 3600, renewal: 1_000_000, trust: 1_000_000 }

/** An attempt that waits before its next change of a file. */
interface Waiting {
  id: string
  token: string
  state: string
  stop: AbortController
  at: string
  go(): void
  /** Another attempt has published, or is done, since this one lost its lease. */
  overtaken: boolean
  ended: Promise<null>
  arrived: Promise<void>
}

/** What a file is: another file of the same name is told apart. */
type Files = Map<string, { inode: number; checksum: string }>

/** Real attempts on real files, which go on one change of a file at a time. */
export function createFilesBench(database: TestDatabase, { config }: TestStorage) {
  const { client, db } = database
  const gateway = createTestGateway(database)
  const log = pino({ level: 'silent' })
  const storage = new Map([['vfs', createVfs(config, log)]])
  const claimNext = createClaims(db, still.lease)
  const waiting: Waiting[] = []

  const rows = () => readRows(client)
  /** Archives, copies and manifests; temporary files only where asked for. */
  const files = (all = false): Files => {
    const found: Files = new Map()
    for (const root of [config.snapshotsDir, config.backupsDir])
      for (const name of readdirSync(root, { recursive: true }) as string[]) {
        const path = join(root, name)
        const stats = statSync(path)
        if (!stats.isFile() || name.startsWith('.snapshot-gateway') || (!all && name.endsWith('.tmp')))
          continue
        const checksum = `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`
        found.set(path, { inode: stats.ino, checksum })
      }
    return found
  }

  /** What is there stays the same file, and what a row says of its files is so. */
  async function check(before: Files, mayPublish: boolean): Promise<void> {
    const now = files()
    for (const [path, file] of now) {
      const earlier = before.get(path)
      if (earlier) expect(file, `${path} is not replaced`).toEqual(earlier)
      else expect(mayPublish, `${path} is published by no attempt that was overtaken`).toBe(true)
    }
    const names = [...now.keys()]
    const fileOf = (uuid: string | null, end: string) =>
      now.get(names.find((name) => name.endsWith(`/${uuid}${end}`)) ?? '')
    const uuids = new Map(
      (await client`select '1s' || id as id, uuid from snapshot`).map(({ id, uuid }) => [id, uuid]),
    )
    for (const { id, kind, state, message, checksum, copy } of await rows()) {
      expect(message ?? '', `${id} is not damaged by attempts alone`).not.toMatch(/damaged/)
      const archive = fileOf(kind === 'snapshot' ? uuids.get(id) : copy, '.tar.gz')
      if (state === 'removed') expect(archive, `${id} is removed`).toBeUndefined()
      if (/^(created|backing-up|backed-up)$/.test(state))
        expect(archive?.checksum, `${id} is there`).toBe(checksum)
      if (kind === 'backup' && state !== 'removing')
        expect(fileOf(copy, '.json') !== undefined, `${id} has its manifest while it is there`).toBe(
          state === 'created',
        )
    }
  }

  const next = async (attempt: Waiting) => {
    await Promise.race([attempt.arrived, attempt.ended])
  }

  /** Lets an attempt go on up to its next change of a file. */
  async function step(attempt: Waiting): Promise<void> {
    const before = files()
    attempt.go()
    await next(attempt)
    await check(before, !attempt.overtaken)
    const row = (await rows()).find(({ id }) => id === attempt.id)
    const hasPublished = [...files().keys()].some((path) => !before.has(path))
    if (!hasPublished && (waiting.includes(attempt) || row?.transitioning !== 'no')) return
    // Of a backup's removal, also the attempts that made it.
    const ids = [attempt.id, row?.kind === 'backup' ? row.of : null]
    for (const other of waiting) {
      const own = (await rows()).find(({ id }) => id === other.id)
      if (other !== attempt && ids.includes(other.id) && own?.token !== other.token) other.overtaken = true
    }
  }

  async function claim(): Promise<boolean> {
    const before = files()
    const row = await claimNext()
    if (!row) return false
    // No two attempts write the same.
    for (const name of readdirSync(config.volumesDir))
      writeFileSync(join(config.volumesDir, name, 'file'), randomBytes(20))
    const stop = new AbortController()
    const attempt: Waiting = {
      id: `1${row.kind[0]}${row.id}`,
      token: row.leaseToken ?? '',
      state: row.state,
      stop,
      at: '',
      go: () => {},
      overtaken: false,
      ended: Promise.resolve(null),
      arrived: Promise.resolve(),
    }
    let arrive = () => {}
    const expectArrival = () => {
      attempt.arrived = new Promise((resolve) => {
        arrive = resolve
      })
    }
    expectArrival()
    const gate = {
      arrive: (call: string, path: string) =>
        new Promise<void>((resolve) => {
          attempt.at = `${call} ${path}`
          attempt.go = () => {
            expectArrival()
            resolve()
          }
          arrive()
        }),
    }
    const closing = new AbortController().signal
    const since = performance.now()
    attempt.ended = throughGate(gate, () =>
      runAttempt({ db, storage, log, timing: still }, row, { since, stop, closing }),
    ).then(() => {
      waiting.splice(waiting.indexOf(attempt), 1)
      return null
    })
    waiting.push(attempt)
    await next(attempt)
    await check(before, true)
    return true
  }

  const pass = async (what: 'lease' | 'due' | 'deadline', id: string | null) => {
    for (const table of ['snapshot', 'backup']) {
      const one =
        id === null
          ? client``
          : client`and id = ${id.slice(2)} and ${table} = ${id[1] === 's' ? 'snapshot' : 'backup'}`
      if (what === 'lease')
        await client`update ${client(table)} set lease_expires = now(), run_after = now() where lease_token is not null ${one}`
      if (what === 'due')
        await client`update ${client(table)} set run_after = now() where transitioning = 'yes' and lease_token is null ${one}`
      if (what === 'deadline')
        await client`update ${client(table)} set deadline = now() where transitioning = 'yes' ${one}`
    }
    if (what === 'deadline') for (const table of workTables) await endOverdue(db, table, 3600)
  }

  const act = async (mutation: string, id: string) => {
    await gateway.data(`mutation { ${mutation}(input: { id: "${id}" }) { __typename } }`)
  }

  /** Leases run out, and healthy workers do all that there is. */
  async function work(): Promise<void> {
    await pass('lease', null)
    for (;;) {
      await pass('due', null)
      if (!(await claim())) return
      for (let own = waiting.at(-1); own && waiting.includes(own); ) await step(own)
    }
  }

  return {
    waiting,
    rows,
    claim,
    step,
    pass,
    act,
    work,
    temporaries: () => [...files(true).keys()].filter((path) => path.endsWith('.tmp')),
    /** A volume with a file, and a snapshot of it that is asked for. */
    async begin(): Promise<void> {
      await client`truncate volume, snapshot, backup`
      for (const root of [config.snapshotsDir, config.backupsDir]) // what a run that failed has left
        for (const name of readdirSync(root))
          if (!name.startsWith('.')) rmSync(join(root, name), { recursive: true })
      const name = `v${crypto.randomUUID()}`
      mkdirSync(join(config.volumesDir, name))
      const { createVolume } = await gateway.data(
        `mutation { createVolume(input: { name: "${name}" }) { ... on Volume { id } ... on UserError { message } } }`,
      )
      await gateway.data(
        `mutation { createSnapshot(input: { volumeId: "${createVolume.id}" }) { __typename } }`,
      )
    },
    /** Whoever is late goes on, healthy workers do what there is, all is removed, and nothing is left of it. */
    async end(): Promise<void> {
      await work()
      const act1 = async ({ id, kind, removed }: Row) => {
        if (!removed) await act(kind === 'backup' ? 'removeBackup' : 'removeSnapshot', id)
      }
      for (const row of await rows()) await act1(row)
      await work()
      expect((await rows()).filter(({ removed }) => !removed)).toEqual([])
      for (let late = waiting[0]; late; late = waiting[0]) await step(late)
      expect([...files(true).keys()]).toEqual([])
    },
  }
}

export type FilesBench = ReturnType<typeof createFilesBench>
