import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { createVolume, serve } from '../support/main-job.ts'
import { run, startProcess } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { temporaryDirectory } from '../support/storage.ts'

const database = await createTestDatabase()

/** A text that is nowhere else. */
const secret = (what: string) => `${what}-${randomBytes(12).toString('hex')}`

describe('the program, failing in every way,', () => {
  it('tells no secret in its log, and no absolute path in answers and rows', async () => {
    const password = secret('password')
    const role = `gateway_${randomBytes(6).toString('hex')}`
    const { client } = database
    await client.unsafe(`create role ${role} login superuser password '${password}'`)
    onTestFinished(async () => {
      await client.unsafe(
        `reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`,
      )
    })
    let cut = false
    const proxied = new URL(await startProxy(database.address, (_, message) => (cut ? null : message)))
    Object.assign(proxied, { username: role, password })

    const cwd = join(temporaryDirectory(), secret('root'))
    mkdirSync(join(cwd, 'volumes/db'), { recursive: true })
    const env = {
      DATABASE_URL: proxied.href,
      DATA_DIR: join(cwd, 'data'),
      VOLUMES_DIR: join(cwd, 'volumes'),
      BACKUP_TARGET: `file://${cwd}/backups`,
      LOG_LEVEL: 'trace',
      STATEMENT_TIMEOUT: '1s',
      REQUEST_TIMEOUT: '10s',
    }
    const gateway = await startProcess(serve, env, { cwd })
    let written = ''
    gateway.process.stderr?.on('data', (text) => {
      written += text
    })
    const answers: string[] = []
    const values = {
      key: secret('key'),
      token: secret('token'),
      cookie: secret('cookie'),
      variable: secret('variable'),
    }
    const basic = Buffer.from(`access:${values.key}`).toString('base64')
    const jwt = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(values.token).toString('base64url')}.c2lnbmF0dXJl`
    const ask = async (query: string, variables: object = {}, headers: Record<string, string> = {}) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${basic}`,
          cookie: `s=${values.cookie}`,
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      })
      const text = await response.text()
      answers.push(text)
      return JSON.parse(text)
    }
    const remove = (id: string) => ask(`mutation { removeSnapshot(input: { id: "${id}" }) { __typename } }`)
    const message = async (id: string) =>
      (await ask(`{ snapshot(id: "${id}") { state transitioning transitioningMessage } }`)).data.snapshot
    const take = async () =>
      (await ask(`mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on Snapshot { id } } }`)).data
        .createSnapshot.id
    expect(await createVolume(gateway, 'db')).toBe('1v1')

    // Secrets in every part of requests, good and bad.
    const named =
      'mutation ($n: String, $k: String) { createSnapshot(input: { volumeId: "1v9", name: $n, idempotencyKey: $k }) { __typename } }'
    await ask(named, { n: values.variable, k: values.variable }, { authorization: `Bearer ${jwt}` })
    await ask(
      'query ($id: Int!) { snapshot(id: $id) { id } }',
      { id: 1 },
      { authorization: `Bearer ${values.token}` },
    )
    await fetch(
      `${gateway.url}?query={__typename}&variables=${encodeURIComponent(JSON.stringify({ v: values.variable }))}`,
    )
    const unreadable = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    unreadable.write(
      `GET / HTTP/1.1\r\nAuthorization: Basic ${basic}\r\nCookie: ${values.cookie}\r\nb ad\r\n\r\n`,
    )
    for await (const chunk of unreadable) answers.push(String(chunk))

    // A statement that the database refuses, with what was in it.
    await client`alter table snapshot add constraint no_such check (description is null) not valid`
    const broken = await ask(
      'mutation ($d: String) { createSnapshot(input: { volumeId: "1v1", description: $d }) { __typename } }',
      { d: values.variable },
    )
    expect(broken.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR')

    // Storage: what is gone, not mounted, in the way.
    renameSync(join(cwd, 'volumes/db'), join(cwd, 'volumes/other'))
    const gone = await take()
    await eventually(async () => expect((await message(gone)).transitioning).toBe('ERROR'))
    renameSync(join(cwd, 'data/snapshots/.snapshot-gateway'), join(cwd, 'kept'))
    const unmounted = await take()
    await eventually(async () =>
      expect((await message(unmounted)).transitioningMessage).toMatch(/not mounted/),
    )
    renameSync(join(cwd, 'data/snapshots'), join(cwd, 'snapshots'))
    await remove(unmounted)
    await ask(
      'mutation { createVolume(input: { name: "x", path: "../x" }) { ... on UserError { message } } }',
    )
    await ask(
      'mutation { createVolume(input: { name: "y", path: "other/a/b" }) { ... on UserError { message } } }',
    )
    rmSync(join(cwd, 'volumes'), { recursive: true })
    await ask('mutation { createVolume(input: { name: "z" }) { ... on UserError { message } } }')

    // The database does not answer, and then is away.
    cut = true
    await client`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`
    const away = await ask('{ snapshots { totalCount } }').catch(String)
    expect(JSON.stringify(away)).toMatch(/UNAVAILABLE|TOO_COSTLY/)
    cut = false
    await eventually(async () => expect((await ask('{ snapshots { totalCount } }')).errors).toBeUndefined())
    expect(await gateway.stop()).toBe(0)

    const log = JSON.stringify(gateway.log) + written
    for (const told of [password, basic, jwt, ...Object.values(values)]) {
      expect(log).not.toContain(told)
      if (told !== values.variable) expect(answers.join('\n')).not.toContain(told)
    }
    expect(log).toMatch(/violates check constraint .*"statement":"with parent as .*insert into /) // so there was something to hide
    const rows = await client`
      select transitioning_message as text from snapshot union all select transitioning_message from backup`
    const shown = [...answers, ...rows.map(({ text }) => String(text))].join('\n')
    expect(shown).not.toContain(cwd)
    expect(shown).not.toMatch(/\bE[A-Z]{3,}: |[Nn]o such file/)
    expect(existsSync(cwd)).toBe(true)
  })

  it.each([
    ['with a wrong password', (password: string) => `postgres://u:${password}@127.0.0.1:1/x`],
    [
      'with a password that is not escaped',
      (password: string) => `postgres://u:12/${password}@127.0.0.1:1/x`,
    ],
    ['that is none', (password: string) => `postgres://u:${password}@[bad/x`],
    ['of another database', (password: string) => `mysql://u:${password}@127.0.0.1/x`],
    [
      'with an option that there is not',
      (password: string) => `postgres://u:${password}@127.0.0.1:1/x?sslmode=%zz`,
    ],
  ])('a DATABASE_URL %s is refused without its password', async (_, url) => {
    const password = secret('password')
    const { status, stdout, stderr } = await run(serve, { DATABASE_URL: url(password), LOG_LEVEL: 'trace' })
    expect(status).toBe(1)
    expect(stdout + stderr).toContain('cannot start')
    expect(stdout + stderr).not.toContain(password)
  })

  it('a BACKUP_TARGET with a password is refused without it', async () => {
    const key = secret('key')
    const { stderr } = await run(serve, { BACKUP_TARGET: `s3://access:${key}@bucket` })
    expect(stderr).toContain('BACKUP_TARGET=s3://access:[redacted]@bucket')
  })
})
