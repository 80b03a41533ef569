import { describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { serve } from '../support/main-job.ts'
import { run, startProcess } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { temporaryDirectory } from '../support/storage.ts'

const database = await createTestDatabase()

describe('snapshot-gateway seed', () => {
  it('fills an embedded database that it makes, and a gateway serves it', async () => {
    const cwd = temporaryDirectory()
    const args = ['seed', '--volumes', '20', '--snapshots', '2000', '--accounts', '2']
    const { status, stdout } = await run(args, {}, cwd)
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^seeded 2,000 snapshots and \d+ backups of 20 volumes in 2 accounts in \d+(\.\d)? s\n$/,
      ),
    ])
    const gateway = await startProcess(serve, {}, { cwd })
    const { snapshots } = await gateway.data(
      '{ snapshots(first: 3) { totalCount nodes { volume { name } description } } }',
    )
    expect(snapshots.totalCount).toBeGreaterThan(900)
    const [first] = snapshots.nodes
    expect(first.volume.name).toMatch(/^seeded-\d+$/)
    expect(first.description).toBe('Seeded for tests of load: there is no archive.')
    // Beside the gateway: it finds the same database.
    const again = await run(['seed'], {}, cwd)
    expect([again.status, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toMatch(/^error: this database is seeded already.* DATA_DIR or DATABASE_URL$/m)
    expect(gateway.log.filter(({ level }) => level > 40)).toEqual([])
    expect(await gateway.stop()).toBe(0)
  })

  it('fills the database of a server, and answers in JSON on stdout alone', async () => {
    const DATABASE_URL = await startProxy(database.address, (_, message) => message)
    const args = ['seed', '--volumes', '5', '--snapshots', '300', '--json']
    const { status, stdout, stderr } = await run(args, { DATABASE_URL })
    expect(status).toBe(0)
    expect(stderr).not.toContain('"level":50')
    expect(JSON.parse(stdout)).toEqual({
      accounts: 1,
      volumes: 5,
      snapshots: 300,
      backups: expect.any(Number),
      seconds: expect.any(Number),
    })
  })

  it('ends at Ctrl-C, and is not gone on with', async () => {
    const { client, address } = await createTestDatabase()
    const env = { DATABASE_URL: await startProxy(address, (_, message) => message) }
    const ended = await run(['seed', '--snapshots', '1000000'], env, '/', async (child) => {
      await eventually(async () => expect(await client`select from volume limit 1`).toHaveLength(1))
      child.kill('SIGINT')
    })
    expect([ended.status, ended.stdout]).toEqual([1, ''])
    const again = await run(['seed'], env)
    expect([again.status, again.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: this database is seeded already, or in part \(100 volumes, \d+ snapshots\): /,
      ),
    ])
  })

  it('says which numbers it takes', async () => {
    const problem = (option: string, value: string, range: string) =>
      `error: option '--${option} <n>' argument '${value}' is invalid. It must be a whole number from ${range}.`
    const cases = [
      [['--volumes', '0'], problem('volumes', '0', '1 to 1,000,000')],
      [['--volumes', '1e3'], problem('volumes', '1e3', '1 to 1,000,000')],
      [['--snapshots', '100000001'], problem('snapshots', '100000001', '1 to 100,000,000')],
      [['--accounts', '-1'], problem('accounts', '-1', '1 to 10,000')],
      [
        ['--accounts', '101'],
        'error: 101 accounts need at least as many volumes: --volumes must be 101 or more',
      ],
      [['--workers', '1'], "error: unknown option '--workers'"],
    ] as const
    const answers = await Promise.all(cases.map(([args]) => run(['seed', ...args], {})))
    for (const [index, { status, stdout, stderr }] of answers.entries())
      expect([status, stdout, stderr.split('\n')[0]]).toEqual([1, '', cases[index]?.[1]])
  })

  it('has help', async () => {
    const { status, stdout } = await run(['seed', '--help'], {})
    expect(status).toBe(0)
    for (const text of ['--snapshots', '--data-dir', '--database-url', '--json', 'snapshot-gateway seed '])
      expect(stdout).toContain(text)
    expect(stdout).not.toContain('--port')
  })
})
