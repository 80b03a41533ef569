import { pino } from 'pino'
import { expect } from 'vitest'
import type { Authenticate } from '../../src/auth/caller.ts'
import { AccountScope } from '../../src/database/account-scope.ts'
import type { GatewayHandles } from '../../src/graphql/context.ts'
import { createServer, type ServerOptions } from '../../src/http/server.ts'
import type { Role } from '../../src/resources/roles.ts'
import type { TestDatabase } from './database.ts'

export interface Answer {
  status: number
  headers: Record<string, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
  data: any
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[]
  extensions?: Record<string, unknown>
}

export interface TestGateway {
  /** Runs a document through the whole HTTP pipeline, in memory. */
  query(document: string, variables?: Record<string, unknown>): Promise<Answer>
  /** The same, and expects no errors. Returns the data. */
  data(document: string, variables?: Record<string, unknown>): Promise<Answer['data']>
  as(role: Role, accountId?: bigint): TestGateway
  server: ReturnType<typeof createServer>
}

/** A storage for tests that are not about storage: every directory is fine. */
export const anyStorage: GatewayHandles['storage'] = new Map([
  [
    'vfs',
    {
      checkVolume: async () => null,
      makeVolume: async () => null,
      volumeUri: ({ accountRoot, path }) => `file:///volumes/${accountRoot ? `${accountRoot}/` : ''}${path}`,
      backupUri: (key) => `file:///backups/${key}`,
    },
  ],
])

/** Queries are compiled from the first time on, where they are not asked often enough else: all tests hold both ways. */
const compiled = process.env.TEST_QUERIES === 'compiled' ? { patience: 0 } : {}

/** The gateway's web server over a test database, without a worker. */
export function createTestGateway(
  database: TestDatabase,
  {
    role = 'ADMIN',
    accountId = 1n,
    storage = anyStorage,
    authenticate = () => ({
      scope: new AccountScope(database.handle, accountId),
      role,
      actor: null,
      name: 'test',
    }),
    headers = {},
    documents = {},
    ...options
  }: {
    role?: Role
    accountId?: bigint
    storage?: GatewayHandles['storage']
    /** In place of role and account. */
    authenticate?: Authenticate
    /** Of every query. */
    headers?: Record<string, string>
  } & Partial<Omit<ServerOptions, 'handles' | 'isReady' | 'authenticate'>> = {},
): TestGateway {
  const server = createServer({
    log: pino({ level: 'silent' }),
    handles: { storage, operationDeadline: 3600, events: database.events },
    authenticate,
    isReady: async () => true,
    documents: { ...compiled, ...documents },
    ...options,
  })
  const query: TestGateway['query'] = async (document, variables) => {
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: { query: document, ...(variables && { variables }) },
    })
    return { status: response.statusCode, headers: response.headers, ...response.json() }
  }
  return {
    query,
    data: async (document, variables) => {
      const answer = await query(document, variables)
      expect(answer.errors).toBeUndefined()
      return answer.data
    },
    as: (role, otherAccount = accountId) =>
      createTestGateway(database, { role, accountId: otherAccount, storage, documents, ...options }),
    server,
  }
}
