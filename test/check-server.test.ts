import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { checkServer } from '../src/database/check-server.ts'
import { connect, type DatabaseAddress } from '../src/database/database.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { volume } from '../src/database/tables.ts'
import { readPage } from '../src/resources/list.ts'
import { createSnapshot } from '../src/snapshots/create-snapshot.ts'
import { listSnapshots } from '../src/snapshots/list-snapshots.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import { administer, inDatabase } from './support/postgres.ts'
import { startProxy } from './support/proxy.ts'

const { address } = await createTestDatabase()

/** An empty database with an encoding, dropped after the test. */
async function createEncoded(encoding: string): Promise<DatabaseAddress> {
  const { address: server } = inject('server')
  const name = `snapshot_gateway_test_${randomBytes(6).toString('hex')}`
  await administer(
    server,
    (sql) => sql`create database ${sql(name)} template template0 encoding ${sql(encoding)} locale 'C'`,
  )
  onTestFinished(() => administer(server, (sql) => sql`drop database ${sql(name)} with (force)`))
  return inDatabase(server, name)
}

describe('a Postgres server that is given', () => {
  it('is fine as it is', async () => {
    await checkServer(await startProxy(address, (_, message) => message))
  })

  it('is refused behind a pooler that passes no notifications on', async () => {
    const url = await startProxy(address, (type, message) => (type === 'A' ? null : message))
    await expect(checkServer(url)).rejects.toThrow(
      'DATABASE_URL: LISTEN does not answer. Connect directly, not through a transaction pooler',
    )
  })

  it('is refused where it is too old', async () => {
    // The only data row is the version, such as 180004, and the encoding.
    const url = await startProxy(address, (type, message) => {
      if (type !== 'D') return message
      const text = message.toString('latin1').replace(/1[4-9](\d{4})/, '13$1')
      return Buffer.from(text, 'latin1')
    })
    await expect(checkServer(url)).rejects.toThrow(
      /^DATABASE_URL: 127\.0\.0\.1:\d+\/\w+ is Postgres 13; 14 or newer is needed$/,
    )
  })

  it('is refused where its database does not have every character', async () => {
    const url = await startProxy(await createEncoded('LATIN1'), (_, message) => message)
    await expect(checkServer(url)).rejects.toThrow(
      /^DATABASE_URL: 127\.0\.0\.1:\d+\/\w+ has the encoding LATIN1, which does not have every character; UTF8 is needed$/,
    )
  })

  it('is fine where its database keeps bytes, and texts come back as they went', async () => {
    const bytes = await createEncoded('SQL_ASCII')
    await checkServer(await startProxy(bytes, (_, message) => message))
    await migrateDatabase(bytes)
    const { handle, close } = connect(bytes, { pool: 1, statementTimeout: 5 })
    onTestFinished(close)
    const scope = new AccountScope(handle, 1n)
    const values = { driver: 'vfs', path: 'p', state: 'active', transitioning: 'no' } as const
    const volumeId = `1v${(await scope.insert(volume, { name: 'é😀', ...values })).id}`
    const made = { name: 'Größe 😀 \u{10ffff}', description: '日本\n' }
    await createSnapshot(scope, { volumeId, ...made }, { operationDeadline: 60, origin: byTest })
    await createSnapshot(scope, { volumeId, name: 'Große' }, { operationDeadline: 60, origin: byTest })
    for (const name of [{ startsWith: 'Grö' }, { contains: 'ße 😀' }, { eq: made.name }]) {
      const { rows } = await readPage(scope, listSnapshots({ filter: { name } }))
      expect(rows).toMatchObject([made])
    }
  })

  it('is named where it cannot be reached, without its password', async () => {
    const refused = await checkServer('postgres://user:secret@127.0.0.1:1/x').catch((error: Error) => error)
    expect(String(refused)).toContain('DATABASE_URL: 127.0.0.1:1/x cannot be used: connect ECONNREFUSED')
    expect(String(refused)).not.toContain('secret')
  })
})
