import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { ask, startLoad } from '../support/load.ts'
import { createVolume, serve } from '../support/main-job.ts'
import { expectMasked, expectWhole, makeVolume, readiness } from '../support/outage.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

/** A gateway on a server of its own, under load. */
async function underLoad() {
  const server = await startOwnPostgres()
  const cwd = temporaryDirectory()
  makeVolume(cwd)
  // Nobody special: a superuser is under no limit.
  await server.ask((sql) =>
    sql.unsafe(`
      create role gateway login password 'gateway';
      grant all on database postgres to gateway;
      grant all on schema public to gateway`),
  )
  const url = Object.assign(new URL(server.url), { username: 'gateway', password: 'gateway' }).href
  const gateway = await startProcess(serve, { DATABASE_URL: url, DATABASE_POOL: '3' }, { cwd })
  await createVolume(gateway, 'db')
  const load = startLoad(gateway.url, { readers: 3, writers: 3 })
  await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(3))
  /** Waits until the load is refused, or is done again. */
  const refused = () => {
    const from = performance.now()
    return eventually(
      () =>
        expect(load.asked.filter(({ at, status }) => at > from && status === 503).length).toBeGreaterThan(20),
      60_000,
    )
  }
  const goesOn = async () => {
    const before = load.acknowledged.size
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 3), 60_000)
    await load.end()
    expectMasked(load.asked)
    await expectWhole(load, server.ask, cwd)
    expect(await gateway.stop()).toBe(0)
  }
  return { server, gateway, load, refused, goesOn }
}

describe('a database that refuses', () => {
  it('because it only reads is read, and written to when it may be', async () => {
    const { server, gateway, refused, goesOn } = await underLoad()
    const only = (reads: 'on' | 'off') =>
      server.ask(async (sql) => {
        await sql.unsafe(`alter system set default_transaction_read_only = ${reads}`)
        await sql`select pg_reload_conf()`
      })
    await only('on')
    await refused()
    expect((await ask(gateway.url, '{ snapshots { totalCount } }')).status).toBe(200)
    await only('off')
    await goesOn()
    expect(gateway.log.filter(({ msg }) => msg === 'the database is away for requests')).toHaveLength(1)
  })

  it('because it has no connection left is waited for', async () => {
    const { server, gateway, refused, goesOn } = await underLoad()
    const allowed = (connections: number) =>
      server.ask(async (sql) => {
        await sql.unsafe(`alter role gateway connection limit ${connections}`)
        await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gateway'`
      })
    await allowed(0)
    await eventually(async () => expect(await readiness(gateway)).toBe(503))
    await refused()
    await allowed(-1)
    await eventually(async () => expect(await readiness(gateway)).toBe(200))
    await goesOn()
  })

  it.skipIf(!canMount())('because its disk is full is waited for (needs the right to mount)', async () => {
    const small = mkdtempSync(join(tmpdir(), 'snapshot-gateway-small-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=777', 'none', small])
    onTestFinished(() => {
      execFileSync('umount', ['-l', small])
      rmSync(small, { recursive: true })
    })
    chmodSync(small, 0o755)
    const { server, gateway, refused, goesOn } = await underLoad()
    const space = join(small, 'space')
    mkdirSync(space)
    execFileSync('chown', ['--reference', server.folder, space])
    await server.ask(async (sql) => {
      await sql.unsafe(`create tablespace small location '${space}'`)
      await sql.unsafe(
        'alter table snapshot set tablespace small; grant create on tablespace small to gateway',
      )
    })
    const filler = join(small, 'filler')
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' })
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    }
    await refused()
    expect((await ask(gateway.url, '{ viewer { role } }')).status).toBe(200)
    rmSync(filler)
    await goesOn()
    expect(gateway.log.filter(({ msg }) => msg === 'the database is away for requests')).toHaveLength(1)
  })
})

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-gateway-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
