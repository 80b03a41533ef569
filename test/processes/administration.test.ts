import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { run } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { temporaryDirectory } from '../support/storage.ts'

const database = await createTestDatabase()

/** The commands on a database of a Postgres server, in a folder of their own. */
async function onServer() {
  const cwd = temporaryDirectory()
  mkdirSync(join(cwd, 'volumes'))
  const DATABASE_URL = await startProxy(database.address, (_, message) => message)
  const env = { DATABASE_URL, VOLUMES_DIR: 'volumes' }
  const ask = (...args: string[]) => run(args, env, cwd)
  const json = async (...args: string[]) => {
    const { status, stdout, stderr } = await ask(...args, '--json')
    expect([status, stderr.replace(/^The secret .*\n/, '')]).toEqual([0, ''])
    return JSON.parse(stdout)
  }
  return { ask, json, volumes: join(cwd, 'volumes') }
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)

describe('the commands for accounts and keys', () => {
  it('make accounts and list them', async () => {
    const { ask, json } = await onServer()
    const team = await json('account', 'create', '--name', 'team', '--volumes-root', 'tenants/team')
    expect(team).toEqual({ id: '1a2', name: 'team', volumesRoot: 'tenants/team', uuid, created: time })
    const [list, table] = await Promise.all([json('account', 'list'), ask('account', 'list')])
    const first = { id: '1a1', name: 'default', volumesRoot: '', uuid, created: time }
    expect(list).toEqual([first, team])
    const [head, ...rows] = table.stdout.split('\n')
    expect(head).toMatch(/^ID {3}NAME {5}VOLUMES ROOT {2}UUID {34}CREATED$/)
    expect(rows).toEqual([
      expect.stringMatching(/^1a1 {2}default {2}- {13}[0-9a-f-]{36} {2}\S+Z$/),
      expect.stringMatching(/^1a2 {2}team {5}tenants\/team {2}[0-9a-f-]{36} {2}\S+Z$/),
      '',
    ])
  })

  it('make keys, list and revoke them, and tell a secret once', async () => {
    const { ask, json } = await onServer()
    const create = ['api-key', 'create', '--account', '1a1']
    const [made, scripted] = await Promise.all([
      ask(...create, '--role', 'operator', '--name', 'ci'),
      json(...create, '--role', 'VIEWER'),
    ])
    const note = 'The secret is shown this once, and kept nowhere: store it now.\n'
    expect([made.status, made.stderr]).toEqual([0, note])
    const form =
      /^access key {2}([0-9A-F]{20})\nsecret {6}([\w-]{43})\naccount {5}1a1\nrole {8}OPERATOR\nname {8}ci\ncreated {5}\S+Z\n$/
    expect(made.stdout).toMatch(form)
    const [, accessKey = '', secret = ''] = form.exec(made.stdout) ?? []
    expect(scripted).toEqual({
      accessKey: expect.stringMatching(/^[0-9A-F]{20}$/),
      secret: expect.stringMatching(/^[\w-]{43}$/),
      account: '1a1',
      role: 'VIEWER',
      name: null,
      created: time,
    })
    const { secret: other, ...shown } = { ...scripted, revoked: null }
    const ci = { accessKey, account: '1a1', role: 'OPERATOR', name: 'ci', created: time, revoked: null }
    const [revoked, list] = await Promise.all([
      json('api-key', 'revoke', shown.accessKey),
      json('api-key', 'list', '--account', '1a1'),
    ])
    expect(revoked).toEqual({ ...shown, revoked: time })
    expect(list).toContainEqual(ci)
    expect(list).toHaveLength(2)
    const table = await ask('api-key', 'list')
    const [head, ...rows] = table.stdout.split('\n')
    expect(head).toMatch(/^ACCESS KEY {12}ACCOUNT {2}ROLE {6}NAME {2}CREATED {22}REVOKED$/)
    const row = (key: string) => rows.find((line) => line.startsWith(key))
    expect(row(accessKey)).toMatch(/^\S{20} {2}1a1 {6}OPERATOR {2}ci {4}\S+Z {2}-$/)
    expect(row(shown.accessKey)).toMatch(/^\S{20} {2}1a1 {6}VIEWER {4}- {5}\S+Z {2}\S+Z$/)
    expect(rows).toHaveLength(3)
    for (const word of [secret, other]) expect(JSON.stringify([table, list, revoked])).not.toContain(word)
  })

  it('say in lines what is wrong, on stderr, and end with 1', async () => {
    const { ask, volumes } = await onServer()
    writeFileSync(join(volumes, 'file'), '')
    const which = 'to see which there are: snapshot-gateway'
    const cases: [args: string[], errors: string[]][] = [
      [['account', 'create', '--name', 'x'], ["required option '--volumes-root <path>' not specified"]],
      [
        ['account', 'create', '--name', 'default', '--volumes-root', '../x'],
        ['name is that of account 1a1 already', 'volumes root: must not contain .. as a part'],
      ],
      [
        ['account', 'create', '--name', 'x', '--volumes-root', 'file'],
        ['volumes root: path leads to a file, not a directory (file)'],
      ],
      [
        ['api-key', 'create', '--account', '1a1', '--role', 'root'],
        ["option '--role <role>' argument 'root' is invalid. It must be one of VIEWER, OPERATOR, ADMIN."],
      ],
      [
        ['api-key', 'create', '--account', '1a99', '--role', 'ADMIN'],
        [`there is no account "1a99"; ${which} account list`],
      ],
      [
        ['api-key', 'revoke', '0123456789ABCDEF0123'],
        [`there is no access key 0123456789ABCDEF0123; ${which} api-key list`],
      ],
      [
        ['api-key', 'revoke', 'my-secret'],
        ['this is no access key: it has 20 hexadecimal digits, in capitals'],
      ],
      [['api-key', 'bogus'], ["unknown command 'bogus'"]],
      [['account', 'list', '--log-level', 'loud'], []],
    ]
    const answers = await Promise.all(cases.map(([args]) => ask(...args)))
    for (const [index, { status, stdout, stderr }] of answers.entries()) {
      const errors = stderr.split('\n').filter((line) => line !== '' && line !== '(--help tells more)')
      expect([status, stdout]).toEqual([1, ''])
      const [args, expected = []] = cases[index] ?? []
      if (args?.includes('loud')) expect(errors[1]).toContain('LOG_LEVEL=loud: must be one of')
      else expect(errors).toEqual(expected.map((line) => `error: ${line}`))
    }
    expect(await database.client`select name from account where name in ('x', '')`).toEqual([])
  })

  it('have help with examples', async () => {
    const helps = await Promise.all(
      [
        ['account', 'create'],
        ['api-key', 'create'],
        ['api-key', 'list'],
        ['api-key', 'revoke'],
      ].map(async (args) => ({ args, ...(await run([...args, '--help'], {})) })),
    )
    for (const { args, status, stdout } of helps) {
      expect([status, stdout]).toEqual([
        0,
        expect.stringMatching(/--json[\s\S]*Settings:[\s\S]*--database-url/),
      ])
      if (args[1] !== 'list') expect(stdout).toContain(`snapshot-gateway ${args.join(' ')} `)
      expect(stdout.includes('--volumes-dir')).toBe(args.join() === 'account,create')
    }
  })

  it('make no database where there is none, and change no schema', async () => {
    const cwd = temporaryDirectory()
    const nowhere = await run(['account', 'list'], {}, cwd)
    const advice = 'set DATA_DIR or DATABASE_URL as the gateway has it, or start that first'
    expect([nowhere.status, nowhere.stdout]).toEqual([1, ''])
    expect(nowhere.stderr).toBe(`error: there is no database in DATA_DIR, ${join(cwd, 'data')}: ${advice}\n`)
    expect(readdirSync(cwd)).toEqual([])
    const behind = await createTestDatabase()
    await behind.client`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`
    const DATABASE_URL = await startProxy(behind.address, (_, message) => message)
    const { status, stderr } = await run(['api-key', 'list'], { DATABASE_URL }, cwd)
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: the database lacks 1 of \d+ migrations: run snapshot-gateway migrate first\n$/,
      ),
    ])
  })
})
