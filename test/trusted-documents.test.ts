import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../src/graphql/document-limits.ts'
import { schema } from '../src/graphql/schema.ts'
import { loadTrustedDocuments } from '../src/graphql/trusted-documents.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { run, startProcess } from './support/process.ts'
import { temporaryDirectory } from './support/storage.ts'

const database = await createTestDatabase()

const folders = mkdtempSync(join(tmpdir(), 'snapshot-gateway-'))
afterAll(() => rmSync(folders, { recursive: true }))

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(folders, 'documents-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
const load = (files: Record<string, string>, introspection = true) =>
  loadTrustedDocuments(folderOf(files), { schema, limits: defaultLimits, introspection })
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const role = '# Who am I?\nquery Role { viewer { role } }\n'
const count = 'query Count($first: Int) { snapshots(first: $first) { totalCount } }'
const several =
  'query A { viewer { role } }\nmutation B { removeSnapshot(input: { id: "1s9" }) { __typename } }\n'
const files = {
  'Role.graphql': role,
  'several.gql': several,
  'persisted-documents.json': JSON.stringify({ '5f00': count }),
  'README.md': 'not a document',
}
const trustedDocuments = await load(files)
const { server } = createTestGateway(database, { documents: { trustedDocuments } })
const post = async (payload: object) => {
  database.statements.length = 0
  const response = await server.inject({ method: 'POST', url: '/graphql', payload })
  return { status: response.statusCode, ...response.json() }
}
const get = async (parameters: Record<string, string>) => {
  database.statements.length = 0
  const response = await server.inject(`/graphql?${new URLSearchParams(parameters)}`)
  return { status: response.statusCode, ...response.json() }
}
const byHash = (sha256Hash: unknown) => ({ persistedQuery: { version: 1, sha256Hash } })

describe('a trusted document', () => {
  const answer = { status: 200, data: { viewer: { role: 'ADMIN' } } }
  it.each([
    ['its name', { documentId: 'Role' }],
    ['its hash', { documentId: sha256(role) }],
    ['its hash, without the blanks around it', { documentId: sha256(role.trim()) }],
    ['its hash, as the draft spells it', { documentId: `sha256:${sha256(role)}` }],
    ["its hash, as Apollo's clients send it", { extensions: byHash(sha256(role)) }],
    ['its name, as they would', { extensions: byHash('Role') }],
    ['its whole text', { query: role }],
    ['its whole text, without the blanks around it', { query: role.trim() }],
    ['its whole text and its hash', { query: role, extensions: byHash(sha256(role)) }],
    ['its hash and no text', { query: '', documentId: sha256(role) }],
  ])('is known by %s', async (_, parameters) => {
    expect(await post(parameters)).toEqual(answer)
    const { extensions, ...rest } = parameters as { extensions?: object }
    const inUrl = { ...rest, ...(extensions && { extensions: JSON.stringify(extensions) }) }
    expect(await get(inUrl as Record<string, string>)).toEqual(answer)
  })

  it('takes variables, and is within the limits as any other', async () => {
    const totalCount = { status: 200, data: { snapshots: { totalCount: 0 } } }
    expect(await post({ documentId: '5f00', variables: { first: 1 } })).toEqual(totalCount)
    expect(await get({ documentId: '5f00', variables: '{"first":1}' })).toEqual(totalCount)
    expect(await post({ documentId: sha256(count) })).toEqual(totalCount)
    expect(await post({ documentId: '5f00', variables: { first: 'x' } })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  it('may have several operations, which need to be named; one that changes something is still none to GET', async () => {
    expect(await post({ documentId: 'several', operationName: 'A' })).toEqual(answer)
    expect(await post({ documentId: 'several', operationName: 'B' })).toEqual({
      status: 200,
      data: { removeSnapshot: { __typename: 'NotFoundError' } },
    })
    expect(await post({ documentId: 'several' })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    })
    expect(await get({ documentId: 'several', operationName: 'B' })).toMatchObject({ status: 405 })
    expect(database.statements).toEqual([])
  })
})

describe('what is no trusted document', () => {
  it.each([
    ['another document', { query: '{ viewer { role } }' }, 'QUERY_NOT_IN_SAFELIST'],
    [
      'another document, under the id of a known one',
      { query: '{ __typename }', documentId: 'Role' },
      'QUERY_NOT_IN_SAFELIST',
    ],
    ['no GraphQL at all', { query: '}' }, 'QUERY_NOT_IN_SAFELIST'],
    ['what the plugin calls a document', { query: '__PERSISTED_OPERATION_Role__' }, 'QUERY_NOT_IN_SAFELIST'],
    ['an unknown id', { documentId: 'role' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['an unknown hash', { extensions: byHash(sha256('x')) }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['a name that every object has', { documentId: 'constructor' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['a file that is none', { documentId: 'README' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['a path', { documentId: '../Role' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['no id', {}, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['an id that is no text', { documentId: 7 }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['a hash that is no text', { extensions: byHash({}) }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['extensions that are none', { extensions: [] }, 'PERSISTED_QUERY_ID_REQUIRED'],
    ['a query that is no text', { query: { a: 1 } }, 'BAD_REQUEST'],
  ])('is refused before the database is asked anything: %s', async (_, parameters, code) => {
    const { status, errors, data } = await post(parameters)
    expect([status, data, errors]).toEqual([
      400,
      undefined,
      [
        {
          message: expect.stringMatching(/^(only trusted documents|there is no trusted|the query must)/),
          extensions: { code },
        },
      ],
    ])
    expect(database.statements).toEqual([])
  })

  it('is GraphiQL, which would send whatever is written in it', async () => {
    const response = await server.inject({ url: '/graphql', headers: { accept: 'text/html,*/*' } })
    expect([response.statusCode, response.json().errors[0].extensions.code]).toEqual([
      400,
      'PERSISTED_QUERY_ID_REQUIRED',
    ])
    expect((await server.inject('/graphql/assets/start.js')).statusCode).toBe(404)
  })
})

describe('the folder of trusted documents', () => {
  it.each<[what: string, files: Record<string, string>, problems: string[]]>([
    [
      'without a document',
      { 'README.md': 'x' },
      ['it has no documents: no *.graphql, *.gql or persisted-documents.json'],
    ],
    [
      'with documents that do not fit the schema, or are none',
      {
        'a.graphql': 'query A {\n  zzzzzz\n}',
        'b.graphql': '{',
        'c.graphql': role,
        'd.graphql': 'type A { b: Int }',
      },
      [
        'a.graphql: Cannot query field "zzzzzz" on type "Query". (line 2, column 3)',
        'b.graphql: Syntax Error: Expected Name, found <EOF>. (line 1, column 2)',
        'd.graphql: The "A" definition is not executable. (line 1, column 1)',
      ],
    ],
    [
      'with documents beyond the limits',
      { 'deep.graphql': '{a'.repeat(60), 'wide.gql': `{ ${'a '.repeat(5000)} }` },
      [
        'deep.graphql: the document must be nested at most 50 levels deep',
        'wide.gql: the document must have at most 5000 tokens',
      ],
    ],
    [
      'with a wrong document in persisted-documents.json',
      { 'persisted-documents.json': JSON.stringify({ ok: role, '5f': '{ zzzzzz }' }) },
      ['persisted-documents.json, 5f: Cannot query field "zzzzzz" on type "Query". (line 1, column 3)'],
    ],
    ...['{', '[]', '{}', '{"a":1}', '7'].map((text): [string, Record<string, string>, string[]] => [
      `with a persisted-documents.json that is none: ${text}`,
      { 'persisted-documents.json': text, 'Role.graphql': role },
      ['persisted-documents.json: it must be a JSON object of documents by their ids'],
    ]),
    [
      'with two documents of one id',
      { 'a.gql': role, 'a.graphql': count },
      ['a.graphql: another document has the id a too'],
    ],
  ])('%s is refused with every problem', async (_, wrong, problems) => {
    const error = await load(wrong).catch((thrown: Error) => thrown)
    expect(error).toBeInstanceOf(Error)
    const [first, ...rest] = (error as Error).message.split('\n  ')
    expect(first).toMatch(/^TRUSTED_DOCUMENTS=\/.* cannot be used:$/)
    expect(rest).toEqual(problems)
  })

  it('may have a document twice, but none that asks for the schema where nobody may', async () => {
    const document = '{ __schema { queryType { name } } }'
    expect((await load({ 'a.graphql': document, 'b.graphql': `${document}\n` })).textOf('b')).toBe(
      `${document}\n`,
    )
    await expect(load({ 'a.graphql': document }, false)).rejects.toThrow(
      'a.graphql: GraphQL introspection has been disabled',
    )
  })

  it('stops the start where something in it is wrong, or it is not there', async () => {
    const broken = folderOf({ 'Broken.graphql': '{ zzzzzz }' })
    const start = (TRUSTED_DOCUMENTS: string) => run([], { TRUSTED_DOCUMENTS }, temporaryDirectory())
    const { status, stdout } = await start(broken)
    expect([status, JSON.parse(stdout).msg]).toEqual([
      1,
      `snapshot-gateway cannot start: TRUSTED_DOCUMENTS=${broken} cannot be used:\n  Broken.graphql: Cannot query field "zzzzzz" on type "Query". (line 1, column 3)`,
    ])
    expect((await start('/nowhere')).stdout).toContain('TRUSTED_DOCUMENTS=/nowhere cannot be read: ENOENT')
  })

  it('is that of the settings, and so are the other limits', async () => {
    const folder = folderOf(files)
    const args = [
      '--port',
      '0',
      '--trusted-documents',
      folder,
      '--introspection',
      'off',
      '--max-cost',
      '1000',
    ]
    const gateway = await startProcess(args, {}, { cwd: temporaryDirectory() })
    expect(gateway.log.at(-1)?.msg).toBe('ready')
    const ask = async (body: object) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) })
      return response.json()
    }
    expect(await ask({ documentId: 'Role' })).toEqual({ data: { viewer: { role: 'ADMIN' } } })
    expect(await ask({ query: '{ __typename }' })).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }],
    })
    expect(await gateway.stop()).toBe(0)
  })
})
