import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import type { Installation } from './installation.ts'

const marker = '.snapshot-gateway'

/** Everything in a root, folders too; but for its marker, unless told otherwise. */
export function filesIn(at: Installation, kind: 'snapshots' | 'backups', except = marker): string[] {
  const names = readdirSync(at.root(kind), { recursive: true }) as string[]
  return names.filter((name) => name !== except).sort()
}

/** What there is, in words: what kinds of files, and whether a folder is empty. */
export function describeFiles(at: Installation): string {
  const described = (['snapshots', 'backups'] as const).flatMap((kind) => {
    const files = filesIn(at, kind)
    return files.flatMap((path) => {
      if (statSync(join(at.root(kind), path)).isDirectory())
        return files.some((other) => other.startsWith(`${path}/`)) ? [] : ['empty folder']
      const what = path.includes('.json') ? 'manifest' : kind === 'snapshots' ? 'archive' : 'copy'
      return path.endsWith('.tmp') ? `temporary ${what}` : what
    })
  })
  return described.join(', ') || 'none'
}

/** Waits until nothing is in transition any more. */
export async function settle(at: Installation, patience = 60_000): Promise<void> {
  await eventually(async () => {
    const rows = await at.sql`
      select 'snapshot' as kind, state, attempt, transitioning_message from snapshot where transitioning = 'yes'
      union all select 'backup', state, attempt, transitioning_message from backup where transitioning = 'yes'`
    expect([...rows]).toEqual([])
  }, patience)
}

/**
 * Checks that rows and files tell the same, and that nothing else is there: no row failed, is leased or due; each
 * archive, copy and manifest is there exactly once or not at all, as its row says, and is what the row says; each
 * restores by plain tar to what the volume is.
 */
export async function assertWhole(at: Installation): Promise<void> {
  const standing = (table: string) => at.sql`
    select ${at.sql(table)}.*, volume.uuid as volume_uuid from ${at.sql(table)}
    join volume on volume.id = ${at.sql(table)}.volume_id`
  const [snapshots, backups] = [await standing('snapshot'), await standing('backup')]
  for (const row of [...snapshots, ...backups])
    expect(row).toMatchObject({
      transitioning: 'no',
      transitioning_message: null,
      transitioning_progress: null,
      lease_token: null,
      lease_expires: null,
      run_after: null,
      deadline: null,
    })

  const expected = { snapshots: [] as string[], backups: [] as string[] }
  for (const row of snapshots) {
    if (!['created', 'backed-up'].includes(row.state)) continue
    const path = `${row.volume_uuid}/${row.uuid}.tar.gz`
    expected.snapshots.push(row.volume_uuid, path)
    await assertCopy(at, join(at.root('snapshots'), path), row)
    expect(row.managed_volume_uuid).toBe(row.volume_uuid)
  }
  for (const row of backups) {
    if (row.state !== 'created') continue
    const manifest = `${row.volume_uuid}/${row.uuid}.json`
    expect(row.key).toBe(`${row.volume_uuid}/${row.uuid}.tar.gz`)
    expected.backups.push(row.volume_uuid, row.key, manifest)
    await assertCopy(at, join(at.root('backups'), row.key), row)
    const snapshot = snapshots.find(({ id }) => id === row.snapshot_id)
    expect(JSON.parse(readFileSync(join(at.root('backups'), manifest), 'utf8'))).toMatchObject({
      snapshot: { id: `1s${row.snapshot_id}`, uuid: snapshot?.uuid },
      volume: { uuid: row.volume_uuid },
      sizeBytes: row.size_bytes,
      checksum: row.checksum,
    })
    expect(row.checksum).toBe(snapshot?.checksum)
  }
  for (const kind of ['snapshots', 'backups'] as const)
    expect(filesIn(at, kind)).toEqual([...new Set(expected[kind])].sort())
}

async function assertCopy(at: Installation, path: string, row: Record<string, unknown>): Promise<void> {
  const bytes = readFileSync(path)
  const checksum = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  expect({ size: String(bytes.length), checksum }).toEqual({ size: row.size_bytes, checksum: row.checksum })
  const restored = mkdtempSync(at.file('restored-'))
  execFileSync('tar', ['-xpzf', path, '-C', restored])
  execFileSync('diff', ['--recursive', '--no-dereference', at.volume, restored])
  rmSync(restored, { recursive: true })
}
