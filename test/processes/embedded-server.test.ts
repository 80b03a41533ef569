import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { withLock } from '../../src/database/embedded/lock.ts'
import {
  type Holder,
  hold,
  isAlive,
  packageOfThisPlatform,
  postmasterPid,
  refusal,
} from '../support/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/storage.ts'

/** A backend that does nothing any more, whatever it is told, until it is killed; its pid. */
async function stopBackend(holder: Holder): Promise<number> {
  const sleeping = holder.sql("select pg_sleep(600), 'stopped' as mark")
  sleeping.catch(() => {}) // its connection ends
  let pid = 0
  await eventually(async () => {
    const [row] = await holder.sql(
      "select pid from pg_stat_activity where query like '%''stopped''%' and pid <> pg_backend_pid() and wait_event = 'PgSleep'",
    )
    expect(row).toBeDefined()
    pid = Number(row?.pid)
  })
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  return pid
}

describe('the embedded server', () => {
  it('is made beside its place: a first start that is killed in the middle leaves nothing that looks whole', async () => {
    const dataDir = temporaryDirectory()
    const packageDir = join(temporaryDirectory(), 'package')
    cpSync(packageOfThisPlatform(), packageDir, { recursive: true, verbatimSymlinks: true })
    const initdb = join(packageDir, 'native/bin/initdb')
    renameSync(initdb, `${initdb}.real`)
    // It has made everything, and does not return.
    writeFileSync(
      initdb,
      '#!/bin/sh\n"$0.real" "$@" >/dev/null && echo $$ > "$2/made.new" && mv "$2/made.new" "$2/made" && exec sleep 600\n',
    )
    chmodSync(initdb, 0o755)
    void hold({ dataDir, packageDir }).catch(() => {})
    const folder = join(dataDir, 'postgres')
    const made = () => readdirSync(folder).map((name) => join(folder, name, 'made'))
    let hanging = 0
    await eventually(() => {
      const [pid] = made().filter(existsSync)
      hanging = Number(readFileSync(pid ?? '', 'utf8'))
    })
    process.kill(JSON.parse(readFileSync(join(dataDir, 'postgres.lock'), 'utf8')).pid, 'SIGKILL')
    process.kill(hanging, 'SIGKILL')
    expect(existsSync(join(folder, 'data'))).toBe(false)
    const holder = await hold({ dataDir })
    expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    expect(readdirSync(folder).filter((name) => name.startsWith('new.'))).toEqual([])
    await holder.leave()
  })

  it('is waited for where a backend outlives it, which still has its memory', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    await holder.sql('create table t as select 42 as n')
    const backend = await stopBackend(holder)
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await holder.kill('SIGKILL')
    process.kill(pid ?? 0, 'SIGKILL')
    await eventually(() => expect(isAlive(pid)).toBe(false))
    const next = hold({ dataDir })
    await eventually(() =>
      expect(readFileSync(join(dataDir, 'postgres/log'), 'utf8')).toMatch(/shared memory block .* in use/),
    )
    process.kill(backend, 'SIGKILL')
    expect(await (await next).sql('select n from t')).toEqual([{ n: 42 }])
    await (await next).leave()
  })

  it('goes on when its gateway is interrupted in the terminal, together with all that is in its group', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir, via: ['setsid', '--wait'] })
    const pid = postmasterPid(join(dataDir, 'postgres'))
    const { pid: leader } = JSON.parse(
      readFileSync(
        join(dataDir, 'postgres.clients', readdirSync(join(dataDir, 'postgres.clients'))[0] ?? ''),
        'utf8',
      ),
    )
    process.kill(-leader, 'SIGINT')
    await eventually(() => expect(isAlive(leader)).toBe(false))
    expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    const next = await hold({ dataDir })
    expect(postmasterPid(join(dataDir, 'postgres'))).toBe(pid)
    await next.leave()
  })

  it('is stopped at once where it does not end by itself', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    await stopBackend(holder)
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await holder.leave()
    expect(isAlive(pid)).toBe(false)
  })

  it('is left under its lock: who joins meanwhile finds it, or starts it', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    let leaving: Promise<void> | undefined
    await withLock(join(dataDir, 'postgres.lock'), async () => {
      leaving = holder.leave()
      // It waits for its turn, beside the lock.
      await eventually(() =>
        expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.lock.'))).toHaveLength(1),
      )
      expect(readdirSync(join(dataDir, 'postgres.clients'))).toHaveLength(1)
    })
    await leaving
    expect(readdirSync(join(dataDir, 'postgres.clients'))).toEqual([])
  })

  it('is none where the C library is not glibc', async () => {
    const directory = temporaryDirectory()
    const musl = join(directory, 'musl.cjs')
    writeFileSync(musl, 'process.report.getReport = () => ({ header: {} })\n')
    const via = ['env', `NODE_OPTIONS=--require ${musl}`]
    expect(await refusal({ dataDir: directory, via })).toMatch(
      /^there is no embedded Postgres for this machine .*: set DATABASE_URL/,
    )
  })
})
