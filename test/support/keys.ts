import { onTestFinished } from 'vitest'
import { authenticateKeys } from '../../src/auth/keys/authenticate-keys.ts'
import { createKey } from '../../src/auth/keys/create-key.ts'
import { connect } from '../../src/database/database.ts'
import type { Role } from '../../src/resources/roles.ts'
import type { TestDatabase } from './database.ts'

/** The Authorization header of a key, as HTTP Basic. */
export function basic({ accessKey, secret }: { accessKey: string; secret: string }): string {
  return `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`
}

/** Makes a key. */
export function makeKey({ db }: Pick<TestDatabase, 'db'>, role: Role = 'ADMIN', accountId = 1n) {
  return createKey(db, { accountId, role, name: null })
}

/** What checks keys in one process, on connections of its own, with the statements about keys that it sends; it goes with the test. */
export async function startKeys(
  address: TestDatabase['address'],
  options: Parameters<typeof authenticateKeys>[1] & { statementTimeout?: number } = {},
) {
  const statements: string[] = []
  const database = connect(address, {
    pool: 4,
    statementTimeout: options.statementTimeout ?? 5,
    onStatement: (statement) => {
      if (statement.includes('api_key')) statements.push(statement)
    },
  })
  const { authenticate, close } = await authenticateKeys(database, options)
  onTestFinished(async () => {
    await close()
    await database.close()
  })
  return { authenticate, statements, database }
}
