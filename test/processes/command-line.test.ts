import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createSnapshot, createVolume, serve, settles } from '../support/main-job.ts'
import { fromSources, run, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

describe('the command line', () => {
  it('says every problem of the environment in one message, and ends with 1', async () => {
    const { status, stderr, stdout } = await run(['--port', 'x'], {
      AUTH: 'basic',
      MIN_FREE_BYTES: 'lots',
      WORKER: '1',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toBe(`snapshot-gateway cannot start:
  PORT=x: must be a whole number from 0 to 65535
  WORKER=1: must be on or off
  AUTH=basic: must be none, keys or jwt
  MIN_FREE_BYTES=lots: must be a size such as 500MiB or 1GiB
`)
  })

  it('tells in one line that tar is missing, or is none that will do', async () => {
    const bin = temporaryDirectory()
    const reason = async () => {
      const { status, stdout } = await run(serve, { PATH: bin, DATA_DIR: temporaryDirectory() })
      expect(status).toBe(1)
      return JSON.parse(stdout).msg
    }
    const needed = 'snapshot-gateway cannot start: GNU tar or bsdtar is needed, and this machine'
    const advice = 'install it (Debian and Alpine: the package tar)'
    expect(await reason()).toBe(`${needed} has none: ${advice}`)
    writeFileSync(join(bin, 'tar'), '#!/bin/sh\necho "tar (busybox) 1.35"\n', { mode: 0o755 })
    expect(await reason()).toBe(`${needed} has another one (tar (busybox) 1.35): ${advice}`)
  })

  it('runs from its sources too, as npm run dev does', async () => {
    const checkout = fileURLToPath(new URL('../..', import.meta.url)) // where tsx is found
    const env = { DATA_DIR: join(temporaryDirectory(), 'data') }
    const gateway = await startProcess(serve, env, { cwd: checkout, main: fromSources })
    const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
    await settles(gateway, id, 'CREATED')
    expect(await gateway.stop()).toBe(0)
  })

  it('tells of a port that is in use, before any work is begun; and of a folder for volumes that is not there', async () => {
    const first = await startProcess(serve, { VOLUMES_DIR: '/nowhere' }, { cwd: temporaryDirectory() })
    const warning = 'VOLUMES_DIR is not a directory: until it is, no volume can be made or read'
    await eventually(() => expect(first.log.map(({ msg }) => msg)).toContain(warning))
    const { port } = new URL(first.url)
    const { status, stdout } = await run(['--port', port], {}, temporaryDirectory())
    expect(status).toBe(1)
    expect(stdout).toContain(
      `port ${port} of 127.0.0.1 is in use: set PORT to another, or to 0 for a free one`,
    )
    expect(stdout).not.toContain('the worker waits')
    expect(await first.stop()).toBe(0)
  })

  it('listens on localhost, whatever that is, and ends as from elsewhere', async () => {
    const gateway = await startProcess(serve, { HOST: 'localhost' }, { cwd: temporaryDirectory() })
    expect(gateway.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/graphql$/)
    expect(await gateway.data('{ __typename }')).toEqual({ __typename: 'Query' })
    expect(await gateway.stop()).toBe(0)
  })

  it('takes a command that it does not know for a mistake, and a HOST that only serve listens on for none', async () => {
    const unknown = await run(['bogus'], {})
    expect([unknown.status, unknown.stderr.split('\n')[0]]).toEqual([1, "error: unknown command 'bogus'"])
    const cwd = temporaryDirectory()
    expect((await run(['migrate'], { HOST: '0.0.0.0' }, cwd)).status).toBe(0)
    expect((await run(['serve'], { HOST: '0.0.0.0' }, cwd)).stderr).toContain('loopback only')
    const help = await run(['--help'], {})
    for (const text of [
      'serve',
      'worker',
      'migrate',
      'seed',
      'account',
      'api-key',
      'snapshot-gateway serve --help lists them',
      '--data-dir is DATA_DIR',
    ])
      expect(help.stdout).toContain(text)
  })

  it('tells which database it cannot reach', async () => {
    const { status, stdout } = await run(serve, { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/x' })
    expect(status).toBe(1)
    expect(stdout).toContain('DATABASE_URL: 127.0.0.1:1/x cannot be used: connect ECONNREFUSED')
    expect(stdout).not.toContain('secret')
  })

  it('has options for all variables, which beat them, and help', async () => {
    const { status, stdout } = await run(['serve', '--help'], {})
    expect(status).toBe(0)
    for (const option of ['--host', '--data-dir', '--backup-target', '--worker-concurrency', '--no-migrate'])
      expect(stdout).toContain(option)
    const cwd = temporaryDirectory()
    const gateway = await startProcess([...serve, '--data-dir', 'elsewhere'], { DATA_DIR: 'here' }, { cwd })
    expect([existsSync(join(cwd, 'elsewhere')), existsSync(join(cwd, 'here'))]).toEqual([true, false])
    await gateway.stop()
  })

  it('waits with --no-migrate until somebody has migrated', async () => {
    const cwd = temporaryDirectory()
    const starting = startProcess(
      [...serve, '--no-migrate'],
      {},
      { cwd, until: /^waiting: the database lacks/ },
    )
    const waiting = await starting
    const ready = eventually(() =>
      expect(waiting.log.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^ready/)),
    )
    expect((await run(['migrate'], {}, cwd)).status).toBe(0)
    await ready
    expect(await waiting.stop()).toBe(0)
  })
})
