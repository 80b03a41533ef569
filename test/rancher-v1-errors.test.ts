import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Authenticate } from '../src/auth/caller.ts'
import { AccountScope } from '../src/database/account-scope.ts'
import { connect } from '../src/database/database.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { type Asking, asker, expectError, listening } from './support/rancher-v1.ts'
import { lockRow } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const gateway = createTestGateway(database)
const ask = asker(gateway)
const volume = await make.volume({ name: 'taken' })
const volumeId = `1v${volume}`
const removedVolume = `1v${await make.volume({ state: 'removed' })}`
const snapshot = async (values = {}) => `/v1/snapshots/1s${await make.snapshot(volume, values)}`
const fixed = await snapshot()

describe('an error', () => {
  it('of the path has the standard text as code and message, and an id that the log has', async () => {
    const { status, headers, body } = await ask('GET', '/v1/snapshots/1s999999')
    expect([status, body]).toEqual([
      404,
      {
        id: headers['x-request-id'],
        type: 'error',
        links: {},
        actions: {},
        status: 404,
        code: 'Not Found',
        message: 'Not Found',
        detail: null,
      },
    ])
  })

  it('of the input names the field', async () => {
    const { body } = await ask('POST', '/v1/snapshots', { body: {} })
    expect(body).toEqual({
      id: expect.any(String),
      type: 'error',
      links: {},
      actions: {},
      status: 422,
      code: 'MissingRequired',
      fieldName: 'volumeId',
      message: expect.any(String),
      detail: null,
    })
  })

  it('has no fields but those of its schema', async () => {
    const { resourceFields } = (await ask('GET', '/v1/schemas/error')).body
    const { body } = await ask('POST', '/v1/snapshots', { body: {} })
    for (const name of Object.keys(body))
      expect(['type', 'links', 'actions', ...Object.keys(resourceFields)]).toContain(name)
  })

  it('has a UUID as its id also where the request has another id', async () => {
    expectError(await ask('GET', '/v1/nothing', { headers: { 'x-request-id': 'mine' } }), 404)
  })
})

describe('an input at fault is 422', () => {
  it.each([
    ['nothing', {}, 'MissingRequired', 'volumeId'],
    ['null for what is required', { volumeId: null }, 'NotNullable', 'volumeId'],
    ['a reference to nothing', { volumeId: '1v99999' }, 'InvalidReference', 'volumeId'],
    ['a reference that is none', { volumeId: 'x' }, 'InvalidReference', 'volumeId'],
    ['a reference of another type', { volumeId: '1s1' }, 'InvalidReference', 'volumeId'],
    ['a reference to what is removed', { volumeId: removedVolume }, 'InvalidReference', 'volumeId'],
    ['an empty reference', { volumeId: '' }, 'InvalidReference', 'volumeId'],
    ['a number as a reference', { volumeId: 7 }, 'InvalidReference', 'volumeId'],
    ['an object as a text', { volumeId, name: {} }, 'InvalidFormat', 'name'],
    ['a list as a text', { volumeId, name: ['x'] }, 'InvalidFormat', 'name'],
    ['a list as a reference', { volumeId: [volumeId] }, 'InvalidFormat', 'volumeId'],
    ['an empty name', { volumeId, name: '' }, 'MinLengthExceeded', 'name'],
    ['a name of 256 characters', { volumeId, name: 'x'.repeat(256) }, 'MaxLengthExceeded', 'name'],
    [
      'a description of 1025',
      { volumeId, description: 'x'.repeat(1025) },
      'MaxLengthExceeded',
      'description',
    ],
    ['a control character', { volumeId, name: 'a\u0007' }, 'InvalidCharacters', 'name'],
    ['U+0000', { volumeId, description: 'a\0' }, 'InvalidCharacters', 'description'],
    ['half a surrogate pair', { volumeId, name: '\ud800' }, 'InvalidCharacters', 'name'],
  ])('of a snapshot: %s', async (_, body, code, fieldName) => {
    expectError(await ask('POST', '/v1/snapshots', { body }), 422, { code, fieldName })
  })

  it.each([
    ['nothing', {}, 'MissingRequired', 'name'],
    ['null as its name', { name: null }, 'NotNullable', 'name'],
    ['a name that is taken', { name: 'taken', path: 'elsewhere' }, 'NotUnique', 'name'],
    ['a driver that there is not', { name: 'x', driver: 'nothing' }, 'InvalidOption', 'driver'],
    ['a path out of the root', { name: 'x', path: '../x' }, 'InvalidFormat', 'path'],
    ['a path that is taken', { name: 'y', path: 'taken/in' }, expect.any(String), 'path'],
  ])('of a volume: %s', async (_, body, code, fieldName) => {
    await ask('POST', '/v1/volumes', { body: { name: 'its path is', path: 'taken' } })
    expectError(await ask('POST', '/v1/volumes', { body }), 422, { code, fieldName })
  })

  it.each([
    ['an empty name', { name: '' }, 'MinLengthExceeded', 'name'],
    ['a long name', { name: 'x'.repeat(256) }, 'MaxLengthExceeded', 'name'],
    ['an object', { description: {} }, 'InvalidFormat', 'description'],
  ])('of a PUT: %s', async (_, body, code, fieldName) => {
    expectError(await ask('PUT', fixed, { body }), 422, { code, fieldName })
  })

  it('of a PUT to a volume: null as its name', async () => {
    expectError(await ask('PUT', `/v1/volumes/${volumeId}`, { body: { name: null } }), 422, {
      code: 'NotNullable',
      fieldName: 'name',
    })
  })

  it('has as many characters as Rancher allows, counted as people do', async () => {
    const body = { volumeId, name: '😀'.repeat(255), description: 'é'.repeat(1024) }
    expect((await ask('POST', '/v1/snapshots', { body })).status).toBe(201)
  })

  it.each([
    ['{"name":"","volumeId":"x"}', 'name'],
    ['{"volumeId":"x","name":""}', 'volumeId'],
    [`{"description":"${'x'.repeat(1025)}","name":"","volumeId":"x"}`, 'description'],
    ['{"name":{},"volumeId":null}', 'name'],
    ['{"volumeId":null,"name":{}}', 'volumeId'],
    ['{"name":{}}', 'name'],
  ])('is told of in the order of the body, then what is missing: %s', async (body, fieldName) => {
    expectError(await ask('POST', '/v1/snapshots', { body }), 422, { fieldName })
  })

  it('has its other faults in the detail', async () => {
    const { body } = await ask('POST', '/v1/snapshots', { body: { name: '', volumeId: 'x' } })
    expect(body.detail).toContain('volumeId')
  })
})

describe('what comes first is told first', () => {
  it.each([
    ['a type that there is not, before the method', 'DELETE', '/v1/nothing', 404],
    ['a type that there is not, before the body', 'POST', '/v1/nothing?action=backup', 404],
    ['an id that there is not, before the fields', 'PUT', '/v1/snapshots/1s999999', 404],
    ['an id that is none, before the fields', 'PUT', '/v1/snapshots/nothing', 404],
    ['an id of a volume that there is not, before the fields', 'PUT', '/v1/volumes/1v999999', 404],
    ['an id of a volume that is none, before the fields', 'PUT', '/v1/volumes/nothing', 404],
    ['an action that there is not, before the id', 'POST', '/v1/snapshots/1s999999/?action=nothing', 422],
    [
      'an id that there is not, for an action that there is',
      'POST',
      '/v1/snapshots/1s999999/?action=backup',
      404,
    ],
    ['a method that there is not, before the fields', 'POST', '/v1/backups', 405],
  ] as const)('%s', async (_, method, url, status) => {
    expectError(await ask(method, url, { body: { name: '', volumeId: null } }), status)
  })
})

describe('an action', () => {
  it.each([
    [fixed, 'nothing'],
    [fixed, ''],
    [fixed, 'update'],
    [fixed, 'Backup'],
    [fixed, '__proto__'],
    [fixed, 'constructor'],
    [`/v1/volumes/${volumeId}`, 'backup'],
    ['/v1/accounts/1a1', 'remove'],
    ['/v1/snapshots', 'backup'],
    ['/v1/volumes', 'nothing'],
  ])('that there is not is InvalidAction: %s %s', async (url, action) => {
    expectError(await ask('POST', `${url}?action=${action}`), 422, {
      code: 'InvalidAction',
      fieldName: 'action',
    })
  })

  it('that is not available now is ActionNotAvailable', async () => {
    expectError(await ask('POST', `${await snapshot({ state: 'backed-up' })}/?action=backup`), 422, {
      code: 'ActionNotAvailable',
      fieldName: 'action',
    })
  })
})

describe('a method that there is not is 405, and Allow says which there are', () => {
  it.each([
    ['POST', '/v1', 'GET'],
    ['DELETE', '/v1', 'GET'],
    ['POST', '/v1/schemas', 'GET'],
    ['PUT', '/v1/schemas/snapshot', 'GET'],
    ['DELETE', '/v1/schemas/snapshot', 'GET'],
    ['PUT', '/v1/snapshots', 'GET, POST'],
    ['DELETE', '/v1/snapshots', 'GET, POST'],
    ['PATCH', '/v1/snapshots', 'GET, POST'],
    ['POST', '/v1/backups', 'GET'],
    ['POST', '/v1/accounts', 'GET'],
    ['POST', fixed, 'GET, PUT, DELETE'],
    ['PATCH', fixed, 'GET, PUT, DELETE'],
    ['PUT', '/v1/accounts/1a1', 'GET'],
    ['DELETE', '/v1/accounts/1a1', 'GET'],
    ['PUT', '/v1/backups/1b1', 'GET, DELETE'],
    ['POST', `${fixed}/volume`, 'GET'],
    ['DELETE', `/v1/volumes/${volumeId}/snapshots`, 'GET, POST'],
    ['OPTIONS', '/v1/snapshots', 'GET, POST'],
  ] as const)('%s %s', async (method, url, allow) => {
    const reply = await ask(method, url, method === 'OPTIONS' ? {} : { body: '{}' })
    expectError(reply, 405, { code: 'Method not allowed' })
    expect(reply.headers.allow).toBe(allow)
  })
})

describe('a body that cannot be read is 400 InvalidBodyContent', () => {
  it.each<[string, Asking['body']]>([
    ['text', 'name=x'],
    ['half of JSON', '{"name":'],
    ['several', '{}{}'],
    ['single quotes', "{'name':'x'}"],
    ['a number', '7'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['true', 'true'],
    ['a list', '[]'],
    ['a list of objects', '[{"name":"x"}]'],
    ['HTML', '<html></html>'],
    ['wrong UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['deep nesting', `{"name":${'['.repeat(100_000)}`],
    ['NaN', '{"name":NaN}'],
  ])('%s', async (_, body) => {
    for (const [method, url] of [
      ['POST', '/v1/snapshots'],
      ['PUT', fixed],
      ['POST', `${fixed}/?action=backup`],
    ] as const)
      expectError(await ask(method, url, body === undefined ? {} : { body }), 400, {
        code: 'InvalidBodyContent',
      })
  })

  it('nothing is changed by it', async () => {
    expect((await ask('GET', fixed)).body).toMatchObject({ state: 'created', name: null })
  })
})

describe('what is in the way for the moment', () => {
  it('of a change is 409 Conflict: a row that another change holds', async () => {
    const { handle, close } = connect(database.address, { pool: 2, statementTimeout: 0.1 })
    onTestFinished(close)
    const impatient = asker(
      createTestGateway(database, {
        authenticate: () => ({
          scope: new AccountScope(handle, 1n),
          role: 'ADMIN',
          actor: null,
          name: 'test',
        }),
      }),
    )
    const url = await snapshot()
    await lockRow(database.client, 'snapshot', url.split('/1s')[1] ?? '')
    for (const [method, end] of [
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/?action=backup'],
    ] as const)
      expectError(await impatient(method, `${url}${end}`, { body: { name: 'x' } }), 409, { code: 'Conflict' })
    expect((await impatient('GET', url)).status).toBe(200)
  })

  it('of everything is 503 with Retry-After: the database is away', async () => {
    const { handle, close } = connect(
      { url: 'postgres://u:p@127.0.0.1:1/x' },
      { pool: 2, statementTimeout: 1 },
    )
    onTestFinished(close)
    const away = asker(
      createTestGateway(database, {
        authenticate: () => ({
          scope: new AccountScope(handle, 1n),
          role: 'ADMIN',
          actor: null,
          name: 'test',
        }),
      }),
    )
    for (const [method, url] of [
      ['GET', '/v1/snapshots'],
      ['GET', fixed],
      ['GET', '/v1/accounts/1a1'],
      ['POST', '/v1/snapshots?volumeId=1v1'],
      ['PUT', fixed],
      ['DELETE', fixed],
      ['POST', `${fixed}/?action=backup`],
    ] as const) {
      const reply = await away(method, url)
      expectError(reply, 503, { code: 'Service Unavailable' })
      expect(reply.headers['retry-after']).toBe('5')
      expect(reply.text).not.toMatch(/postgres|127\.0\.0\.1|ECONN/)
    }
    expect((await away('GET', '/v1/schemas')).status).toBe(200)
  })
})

describe('a fault of ours is 500, of which nothing more is told', () => {
  it.each<[string, Authenticate]>([
    [
      'where a caller is looked up',
      () => {
        throw new Error('secret')
      },
    ],
    [
      'where the request is answered',
      () => ({ scope: {} as AccountScope, role: 'ADMIN', actor: null, name: 'test' }),
    ],
  ])('%s', async (_, authenticate) => {
    const reply = await asker(createTestGateway(database, { authenticate }))('GET', '/v1/snapshots')
    expectError(reply, 500, { code: 'Internal Server Error' })
    expect(reply.text).not.toMatch(/secret|TypeError|function/)
  })
})

describe('what the web server refuses is so in the dialect', () => {
  const small = asker(createTestGateway(database, { maxBody: 100 }))

  it('a body that is too large', async () => {
    const body = { volumeId, description: 'x'.repeat(200) }
    expectError(await small('POST', '/v1/snapshots', { body }), 413, { code: 'Payload Too Large' })
  })

  it.each([
    '/v1/%',
    '/v1/%zz',
    '/v1/snapshots/%ff',
    '/v1/snapshots/%E0%A4%A',
    '/v1/schemas/%c0%ae',
  ])('a URL that cannot be decoded: %s', async (url) => {
    const reply = await ask('GET', url)
    expect(reply.status).toBeOneOf([400, 404])
    expectError(reply, reply.status)
  })

  it('a host that is not ours', async () => {
    const strict = asker(createTestGateway(database, { allowedHosts: ['snapshots.example'] }))
    expectError(await strict('GET', 'http://evil.example/v1/snapshots'), 421)
  })

  it('more requests than a caller may make', async () => {
    const limited = asker(createTestGateway(database, { requestsPerMinute: 2 }))
    await limited('GET', '/v1/snapshots')
    await limited('GET', '/v1/schemas')
    const reply = await limited('GET', '/v1')
    expectError(reply, 429, { code: 'Too Many Requests' })
    expect(reply.headers['retry-after']).toMatch(/^\d+$/)
  })

  const unreadable = [
    ['long headers', `X: ${'x'.repeat(20_000)}`, 431],
    ['a header without a colon', 'bad header', 400],
    ['a length that is none', 'Content-Length: x', 400],
  ] as const
  /** What a listening gateway answers to a head with this line. */
  async function answerTo(line: string) {
    const url = await listening(createTestGateway(database))
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.write(`POST /v1/snapshots HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`)
    await once(socket, 'close')
    const [head = '', body = ''] = text.split('\r\n\r\n')
    return { head, status: Number(head.split(' ')[1]), body: JSON.parse(body) }
  }

  it.each(unreadable)('what Node cannot read as HTTP: %s', async (_, line, expected) => {
    const { status, body } = await answerTo(line)
    expect([status, body]).toMatchObject([
      expected,
      { type: 'error', status: expected, links: {}, actions: {} },
    ])
  })

  it.each(unreadable)('which says where the schemas are too: %s', async (_, line) => {
    expect((await answerTo(line)).head).toMatch(/^x-api-schemas: http:\/\/[^/]+\/v1\/schemas$/im)
  })
})

describe('nothing in the query of a list is refused', () => {
  it.each([
    'order=x',
    'order=',
    'sort=x',
    'sort=name&sort=id',
    'limit=x',
    'limit=-1',
    'limit=1&limit=x',
    'marker=x',
    'marker=x&marker=y',
    'name_like=%25%25%5C',
    'name_prefix=%5C',
    'name=%00',
    'name=%ff',
    'name=%',
    'sizeBytes=x',
    'sizeBytes_gt=99999999999999999999999',
    'transitioningProgress=99999999999',
    'created=x',
    'created_gt=2026-13-45',
    'created_lt=99999-01-01T00:00:00Z',
    'created_gte=-1',
    'uuid=x',
    'uuid_prefix=%25',
    'uuid_like=%25',
    'state=x',
    'transitioning_ne=x',
    'include=x&include=y',
    'removed_null=x',
  ])('%s', async (query) => {
    const { status, body } = await ask('GET', `/v1/snapshots?${query}`)
    expect([status, body.type]).toEqual([200, 'collection'])
  })

  it('but more than 100 conditions are 400', async () => {
    const conditions = (count: number) => Array.from({ length: count }, (_, n) => `name_ne=${n}`).join('&')
    expect((await ask('GET', `/v1/snapshots?${conditions(100)}`)).status).toBe(200)
    expectError(await ask('GET', `/v1/snapshots?${conditions(101)}`), 400)
  })
})
