import { createHash } from 'node:crypto'
import { createTestDatabase } from './database.ts'
import type { Row, Type } from './rancher-v1-oracle.ts'
import { rowMaker } from './rows.ts'

// Rows with many ties, with everything that can be null, and with texts and times that are easily taken for others.

export const texts = [
  null,
  'a',
  'a',
  'A',
  'ab',
  'AB',
  'aB',
  'b',
  'B',
  'Z',
  'a%b',
  'a_b',
  'a\\b',
  'axb',
  '%',
  '_',
  '\\',
  '\\%',
  '',
  null,
  ' a',
  'a b',
  'a+b&c=d',
  "o'r",
  'a\nb',
  'é',
  'e\u0301',
  '日本',
  '\u{ffff}',
  '\u{10000}',
  '😀',
  'a😀b',
  '10',
  '9',
]

export const times = [
  '2026-01-02T03:04:05.000000Z',
  '2026-01-02T03:04:05.000001Z',
  '2026-01-02T03:04:05.000002Z',
  '2026-01-02T03:04:05.999999Z',
  '2026-01-02T03:04:06.000000Z',
  '2026-01-02T03:04:04.999999Z',
  '2026-01-02T00:00:00.000000Z',
  '2026-01-01T23:59:59.500000Z',
  '2026-01-03T00:00:00.000000Z',
  '1969-12-31T23:59:59.999999Z',
  '2026-01-02T03:04:05.500000Z',
]

const standings = [
  ['created', 'no'],
  ['requested', 'yes'],
  ['creating', 'yes'],
  ['creating', 'error'],
  ['created', 'error'],
  ['backing-up', 'yes'],
  ['backed-up', 'no'],
  ['removed', 'no'],
  ['removing', 'yes'],
  ['removing', 'error'],
] as const

const standingsOfBackups = [
  ['created', 'no'],
  ['removed', 'no'],
  ['removing', 'yes'],
  ['removing', 'error'],
] as const

const sizes = [null, 0n, 1n, 10n, 9n, 10n, 2_147_483_648n, 9_007_199_254_740_993n, null, 100n]
const progresses = [null, 0, 1, 10, 9, 100, null, 50, 50]
const drivers = ['vfs', 'nfs', 'VFS', 'n_s', 'Nfs']

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T
const uuidOf = (text: string) => {
  const digits = createHash('md5').update(text).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** What rows of all types have, by the names that the dialect has for it; not the id. */
function common(n: number, type: Type, [state, transitioning]: readonly [string, string]) {
  return {
    accountId: '1a1',
    created: pick(times, n * 5),
    description: pick(texts, n * 13 + 4),
    kind: type,
    name: pick(texts, n * 7),
    removed: state === 'removed' ? pick(times, n * 3) : null,
    state,
    transitioning,
    transitioningMessage: transitioning === 'error' ? pick(texts, n * 11) : null,
    transitioningProgress: progress(pick(progresses, n)),
    uuid: uuidOf(`${type} ${n}`),
  }
}

const progress = (number: number | null) => (number === null ? null : BigInt(number))

/** Columns of the database by the names of fields. */
const columns: Record<string, string> = {
  managedVolumeUUID: 'managed_volume_uuid',
  sizeBytes: 'size_bytes',
  transitioningMessage: 'transitioning_message',
  transitioningProgress: 'transitioning_progress',
}
/** What Rancher's volumes have and these have not. */
const onlyInRancher = { externalId: null, imageId: null, instanceId: null, isHostPath: 'false' }
const notInserted = new Set(['accountId', 'kind', 'volumeId', 'snapshotId', ...Object.keys(onlyInRancher)])

function columnsOf(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !notInserted.has(name))
      .map(([name, value]) => [columns[name] ?? name, typeof value === 'bigint' ? String(value) : value]),
  )
}

/** A database of its own with 80 snapshots, 30 volumes and 40 backups of one account, and some of another. */
export async function createRows() {
  const database = await createTestDatabase()
  const make = rowMaker(database)
  const rows: Record<Type, Row[]> = { snapshot: [], volume: [], backup: [] }

  const taken = new Set<string>()
  for (let n = 0; n < 30; n++) {
    const row = common(n, 'volume', [n % 4 === 3 ? 'removed' : 'active', 'no'])
    // Live volumes have names of their own.
    let name = row.name ?? 'none'
    if (row.state === 'active' && taken.has(name)) name += n
    if (row.state === 'active') taken.add(name)
    const own = {
      ...row,
      ...onlyInRancher,
      name,
      driver: pick(drivers, n),
      path: `${name.replace(/\W/gu, '-')}/${n}`,
    }
    rows.volume.push({ ...own, id: `1v${await make.volume(columnsOf(own))}` })
  }

  const parents = [0, 1, 2, 4, 7].map((n) => rows.volume[n]?.id ?? '')
  for (let n = 0; n < 80; n++) {
    const isStored = n % 3 !== 0
    const volumeId = pick(parents, n * n)
    const own = {
      ...common(n, 'snapshot', pick(standings, n + Math.floor(n / 10))),
      checksum: isStored
        ? `sha256:${createHash('sha256')
            .update(`${n % 9}`)
            .digest('hex')}`
        : null,
      managedVolumeUUID: isStored ? uuidOf(`managed ${n % 20}`) : null,
      sizeBytes: isStored ? pick(sizes, n) : null,
      volumeId,
    }
    // While a snapshot is taken, its size and checksum may be there already, and are not shown.
    const hidden = !isStored && n % 2 === 0 ? { size_bytes: `${n}`, checksum: `sha256:${n}` } : {}
    const id = await make.snapshot(BigInt(volumeId.slice(2)), { ...columnsOf(own), ...hidden })
    rows.snapshot.push({ ...own, id: `1s${id}` })
  }

  for (let n = 0; n < 40; n++) {
    // A snapshot has at most one backup that is there; others are of the same.
    const standing = pick(standingsOfBackups, n)
    const of = rows.snapshot[standing[0] === 'created' ? n : n % 5]
    if (!of) throw new Error('unreachable: there are more snapshots')
    const { id: snapshotId, volumeId = '' } = of
    const own = {
      ...common(n, 'backup', standing),
      checksum: `sha256:${createHash('sha256')
        .update(`${n % 7}`)
        .digest('hex')}`,
      sizeBytes: pick(sizes, n) ?? 7n,
      snapshotId,
      volumeId: String(volumeId),
    }
    const parent = BigInt(own.volumeId.slice(2))
    rows.backup.push({
      ...own,
      id: `1b${await make.backup(parent, BigInt(snapshotId.slice(2)), columnsOf(own))}`,
    })
  }

  await database.client`insert into account (name, volumes_root) values ('other', 'other')`
  const foreign = await make.volume({ account_id: 2 })
  const snapshot = await make.snapshot(foreign, { account_id: 2, name: 'a' })
  await make.backup(foreign, snapshot, { account_id: 2 })
  return { database, rows }
}
