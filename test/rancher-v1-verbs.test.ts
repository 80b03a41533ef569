import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { asker, expectError } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const ask = asker(createTestGateway(database))
const volume = await make.volume()
const volumeId = `1v${volume}`
const base = 'http://localhost/v1'
const snapshot = async (values = {}) => `${base}/snapshots/1s${await make.snapshot(volume, values)}`

/** Every row, as it is. */
const everything = async () => [
  ...(await database.client`
    select 's' as kind, id, state, name, description, transitioning from snapshot
    union all select 'v', id, state, name, description, transitioning from volume
    union all select 'b', id, state, name, description, transitioning from backup order by 1, 2`),
]

describe('GET', () => {
  it('is 200, for programs JSON in one line', async () => {
    const { status, headers, text, body } = await ask('GET', await snapshot(), {
      headers: { accept: 'application/json' },
    })
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    expect(text).toBe(JSON.stringify(body))
  })

  it.each([
    '/v1',
    '/v1/schemas',
    '/v1/snapshots',
    `/v1/volumes/${volumeId}`,
    `/v1/volumes/${volumeId}/snapshots`,
  ])('has no side effects: %s', async (url) => {
    const before = await everything()
    await ask('GET', `${url}?name=x&volumeId=${volumeId}&action=remove&_method=DELETE`)
    expect(await everything()).toEqual(before)
  })
})

describe('HEAD', () => {
  it.each([
    '/v1',
    '/v1/schemas',
    '/v1/snapshots',
    `/v1/volumes/${volumeId}`,
    '/v1/volumes/1v99999',
    '/v1/nothing',
    '/v1/accounts?limit=x',
  ])('is answered as GET is, without a body: %s', async (url) => {
    const [get, head] = [await ask('GET', url), await ask('HEAD', url)]
    expect([head.status, head.text]).toEqual([get.status, ''])
    for (const name of ['content-type', 'x-api-schemas', 'etag', 'cache-control'])
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]])
  })
})

describe('POST to a collection', () => {
  it('is 201 with the resource, and its absolute URL as Location', async () => {
    const { status, headers, body } = await ask('POST', '/v1/snapshots', {
      body: { volumeId, name: 'n', description: 'd' },
    })
    expect([status, body]).toMatchObject([
      201,
      { type: 'snapshot', state: 'requested', volumeId, name: 'n', description: 'd' },
    ])
    expect(headers.location).toBe(`${base}/snapshots/${body.id}`)
    expect((await ask('GET', String(headers.location))).body).toEqual(body)
  })

  it.each([
    '/v1/snapshot',
    '/v1/snapshots/',
    '/v1//snapshots',
    '/v1/projects/1a1/snapshot',
  ])('is so under each of its names: %s', async (url) => {
    expect((await ask('POST', url, { body: { volumeId } })).status).toBe(201)
  })

  it('makes a volume too', async () => {
    const { status, headers, body } = await ask('POST', '/v1/volumes', {
      body: { name: 'made', description: null, driver: 'vfs', path: 'apps/made' },
    })
    expect([status, body]).toMatchObject([201, { type: 'volume', name: 'made', path: 'apps/made' }])
    expect(headers.location).toBe(`${base}/volumes/${body.id}`)
  })

  it("to that of a link takes the collection's createDefaults", async () => {
    const url = `/v1/volumes/${volumeId}/snapshots`
    const { createDefaults } = (await ask('GET', url)).body
    expect(createDefaults).toEqual({ volumeId })
    for (const more of [{}, { body: '{}' }, { body: { name: 'x' } }]) {
      const { status, headers, body } = await ask('POST', url, more)
      expect([status, body.volumeId]).toEqual([201, volumeId])
      expect(headers.location).toBe(`${base}/snapshots/${body.id}`)
    }
  })

  it('drops what cannot be written or is not known, silently', async () => {
    const body = {
      volumeId,
      name: 'kept',
      id: '1s7777',
      type: 'volume',
      state: 'created',
      uuid: 'x',
      created: 'never',
      accountId: '1a2',
      kind: 7,
      links: null,
      actions: [],
      nothing: { deep: [1] },
      idempotencyKey: null,
      constructor: 'x',
    }
    const reply = await ask('POST', '/v1/snapshots', { body })
    expect([reply.status, reply.body]).toMatchObject([
      201,
      { name: 'kept', type: 'snapshot', state: 'requested', accountId: '1a1', kind: 'snapshot' },
    ])
    expect(reply.body.id).not.toBe('1s7777')
    expect(reply.body).not.toHaveProperty('nothing')
  })

  it('takes null for what may be null', async () => {
    const { status, body } = await ask('POST', '/v1/snapshots', {
      body: { volumeId, name: null, description: null },
    })
    expect([status, body]).toMatchObject([201, { name: null, description: null }])
  })

  it.each([
    ['a form', 'application/x-www-form-urlencoded', `volumeId=${volumeId}&name=of+a+form%21`, 'of a form!'],
    [
      'a form with a charset',
      'application/x-www-form-urlencoded; charset=UTF-8',
      `name=%C3%A9&volumeId=${volumeId}`,
      'é',
    ],
    [
      'JSON that says that it is a form',
      'application/x-www-form-urlencoded',
      JSON.stringify({ volumeId, name: 'json' }),
      'json',
    ],
  ])('takes %s', async (_, type, body, name) => {
    const reply = await ask('POST', '/v1/snapshots', { headers: { 'content-type': type }, body })
    expect([reply.status, reply.body]).toMatchObject([201, { volumeId, name }])
  })
})

describe('PUT', () => {
  it('is 200 with the resource, of which what was sent has changed alone', async () => {
    const url = await snapshot({ name: 'old', description: 'kept' })
    const before = (await ask('GET', url)).body
    const { status, body } = await ask('PUT', url, { body: { name: 'new' } })
    expect([status, body]).toEqual([200, { ...before, name: 'new' }])
    expect((await ask('GET', url)).body).toEqual(body)
  })

  it.each([
    ['the same values', { name: 'same' }],
    ['nothing', {}],
    [
      'what cannot be written',
      { state: 'removed', volumeId: '1v99999', id: '1s1', created: null, nothing: 1 },
    ],
  ])('changes nothing by %s', async (_, body) => {
    const url = await snapshot({ name: 'same' })
    const before = (await ask('GET', url)).body
    for (let times = 0; times < 2; times++) {
      const reply = await ask('PUT', url, { body })
      expect([reply.status, reply.body]).toEqual([200, before])
    }
  })

  it('takes back the whole of what was read', async () => {
    const url = await snapshot({ name: 'whole' })
    const before = (await ask('GET', url)).body
    const reply = await ask('PUT', url, { body: { ...before, description: 'new' } })
    expect([reply.status, reply.body]).toEqual([200, { ...before, description: 'new' }])
  })

  it('clears by null', async () => {
    const url = await snapshot({ name: 'x', description: 'x' })
    const { body } = await ask('PUT', url, { body: { name: null, description: null } })
    expect(body).toMatchObject({ name: null, description: null })
  })

  it('renames a volume', async () => {
    const url = `/v1/volumes/1v${await make.volume()}`
    const { status, body } = await ask('PUT', url, { body: { name: 'renamed volume' } })
    expect([status, body.name]).toEqual([200, 'renamed volume'])
  })

  it('takes a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, body } = await ask('PUT', await snapshot(), { headers, body: 'name=by+form' })
    expect([status, body.name]).toEqual([200, 'by form'])
  })

  it('where the state refuses it is ActionNotAvailable', async () => {
    for (const url of [
      await snapshot({ state: 'removing', transitioning: 'yes' }),
      await snapshot({ state: 'removed' }),
    ])
      expectError(await ask('PUT', url, { body: { name: 'x' } }), 422, {
        code: 'ActionNotAvailable',
        fieldName: 'action',
      })
  })
})

describe('DELETE', () => {
  it('is 200 with the resource, whose removal is under way', async () => {
    const url = await snapshot()
    const { status, body } = await ask('DELETE', url)
    expect([status, body]).toMatchObject([200, { state: 'removing', transitioning: 'yes', removed: null }])
    expect((await ask('GET', url)).body).toEqual(body)
  })

  it('of a volume is done at once', async () => {
    const { status, body } = await ask('DELETE', `/v1/volumes/1v${await make.volume()}`)
    expect([status, body]).toMatchObject([200, { state: 'removed', removed: expect.stringMatching(/Z$/) }])
  })

  it('of a backup is 200 too', async () => {
    const backup = await make.backup(volume, await make.snapshot(volume))
    const { status, body } = await ask('DELETE', `/v1/backups/1b${backup}`)
    expect([status, body.state]).toEqual([200, 'removing'])
  })

  it.each([
    ['removing', { state: 'removing', transitioning: 'yes' }],
    ['removed', { state: 'removed' }],
  ])('where it is %s is a method that there is not', async (_, values) => {
    const reply = await ask('DELETE', await snapshot(values))
    expectError(reply, 405, { code: 'Method not allowed' })
    expect(reply.headers.allow).toContain('GET')
  })
})

describe('an action', () => {
  it.each([
    ['backup', 'backing-up'],
    ['remove', 'removing'],
  ])('is 202 with the resource: %s', async (action, state) => {
    const url = await snapshot()
    const { status, body } = await ask('POST', `${url}/?action=${action}`)
    expect([status, body]).toMatchObject([202, { type: 'snapshot', state, transitioning: 'yes' }])
    expect((await ask('GET', url)).body).toEqual(body)
  })

  it('that removes a volume or a backup is so too', async () => {
    const backup = await make.backup(volume, await make.snapshot(volume))
    for (const [url, state] of [
      [`/v1/volumes/1v${await make.volume()}`, 'removed'],
      [`/v1/backups/1b${backup}`, 'removing'],
    ]) {
      const { status, body } = await ask('POST', `${url}/?action=remove`, { body: '{}' })
      expect([status, body.state]).toEqual([202, state])
    }
  })
})

describe('an Idempotency-Key', () => {
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

  it('has a create done once, whose repetition is answered as it is now', async () => {
    const create = () => ask('POST', '/v1/snapshots', { ...keyed('create'), body: { volumeId } })
    const [first, second] = [await create(), await create()]
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([
      undefined,
      'true',
    ])
    expect(second.headers.location).toBe(first.headers.location)
  })

  it.each([
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', '/?action=backup'],
    ['POST', '/?action=remove'],
  ] as const)('has %s%s done once', async (method, end) => {
    const url = await snapshot()
    const change = () => ask(method, `${url}${end}`, keyed(`${method} ${end}`))
    const [first, second] = [await change(), await change()]
    expect([second.status, second.body]).toEqual([first.status, first.body])
    expect(second.headers['idempotent-replayed']).toBe('true')
  })

  it('that was used for something else is refused', async () => {
    await ask('POST', '/v1/snapshots', { ...keyed('used'), body: { volumeId } })
    const reply = await ask('POST', '/v1/snapshots', { ...keyed('used'), body: { volumeId, name: 'other' } })
    expectError(reply, 422, { code: 'IdempotencyKeyReused' })
  })

  it('is not read from a body', async () => {
    const create = () => ask('POST', '/v1/snapshots', { body: { volumeId, idempotencyKey: 'of a body' } })
    expect((await create()).body.id).not.toBe((await create()).body.id)
  })
})
