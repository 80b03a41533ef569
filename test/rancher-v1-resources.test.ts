import { describe, expect, it } from 'vitest'
import { actionsOf, isAvailable, type ResourceKind, transitionings } from '../src/resources/lifecycle.ts'
import { type Role, roleRefusal, roles } from '../src/resources/roles.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { asker, expectError, uuid } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
await database.client`update account set name = 'first'`
const make = rowMaker(database)
const asking = Object.fromEntries(
  roles.map((role) => [role, asker(createTestGateway(database, { role }))]),
) as Record<Role, ReturnType<typeof asker>>
const ask = asking.ADMIN
const base = 'http://localhost/v1'
const volume = await make.volume({ description: 'of a database', created: '2026-01-02T03:04:05.678901Z' })
const volumeId = `1v${volume}`

/** The URL of a row in a standing; what refers to it is there too. */
async function urlOf(kind: ResourceKind, values: Record<string, unknown> = {}): Promise<string> {
  if (kind === 'volume') return `${base}/volumes/1v${await make.volume(values)}`
  const snapshot = await make.snapshot(volume, kind === 'snapshot' ? values : {})
  if (kind === 'snapshot') return `${base}/snapshots/1s${snapshot}`
  return `${base}/backups/1b${await make.backup(volume, snapshot, values)}`
}

/** Whether JSON spells a value of this type so. */
function isOf(type: string, value: unknown): boolean {
  if (type === 'int') return Number.isInteger(value)
  if (type === 'boolean') return typeof value === 'boolean'
  return type.startsWith('map[') ? typeof value === 'object' : typeof value === 'string'
}

describe('a resource', () => {
  it('that is a snapshot is answered whole', async () => {
    const url = await urlOf('snapshot', {
      name: 'nightly',
      description: 'é\n',
      created: '2026-02-03T04:05:06.789012Z',
      managed_volume_uuid: 'm',
      size_bytes: 42,
      checksum: 'sha256:x',
    })
    expect((await ask('GET', url)).body).toEqual({
      id: url.split('/').at(-1),
      type: 'snapshot',
      links: {
        self: url,
        account: `${url}/account`,
        volume: `${url}/volume`,
        backups: `${url}/backups`,
      },
      actions: { backup: `${url}/?action=backup`, remove: `${url}/?action=remove` },
      accountId: '1a1',
      checksum: 'sha256:x',
      created: '2026-02-03T04:05:06Z',
      createdTS: 1770091506789,
      description: 'é\n',
      kind: 'snapshot',
      managedVolumeUUID: 'm',
      name: 'nightly',
      removed: null,
      sizeBytes: 42,
      state: 'created',
      transitioning: 'no',
      transitioningMessage: null,
      transitioningProgress: null,
      uuid: expect.stringMatching(uuid),
      volumeId,
    })
  })

  it('that is a volume is answered whole', async () => {
    const url = `${base}/volumes/${volumeId}`
    const { name, path } = (await ask('GET', url)).body
    expect((await ask('GET', url)).body).toEqual({
      id: volumeId,
      type: 'volume',
      links: {
        self: url,
        account: `${url}/account`,
        snapshots: `${url}/snapshots`,
        backups: `${url}/backups`,
      },
      actions: expect.any(Object),
      accountId: '1a1',
      created: '2026-01-02T03:04:05Z',
      createdTS: 1767323045678,
      description: 'of a database',
      driver: 'vfs',
      driverOpts: null,
      externalId: null,
      imageId: null,
      instanceId: null,
      isHostPath: false,
      kind: 'volume',
      name,
      path: name,
      removed: null,
      state: 'active',
      transitioning: 'no',
      transitioningMessage: null,
      transitioningProgress: null,
      uri: `file:///volumes/${path}`,
      uuid: expect.stringMatching(uuid),
    })
  })

  it('that is the account is answered whole', async () => {
    const url = `${base}/accounts/1a1`
    expect((await ask('GET', url)).body).toEqual({
      id: '1a1',
      type: 'account',
      links: {
        self: url,
        backups: `${url}/backups`,
        snapshots: `${url}/snapshots`,
        volumes: `${url}/volumes`,
      },
      actions: {},
      accountId: '1a1',
      created: expect.stringMatching(/Z$/),
      createdTS: expect.any(Number),
      description: null,
      kind: 'account',
      name: 'first',
      removed: null,
      state: 'active',
      transitioning: 'no',
      transitioningMessage: null,
      transitioningProgress: null,
      uuid: expect.stringMatching(uuid),
    })
  })

  it.each([
    ['a snapshot', () => urlOf('snapshot')],
    ['one that is removed', () => urlOf('snapshot', { state: 'removed' })],
    ['a volume', () => urlOf('volume')],
    ['a removed volume', () => urlOf('volume', { state: 'removed' })],
    ['a backup', () => urlOf('backup')],
    ['the account', async () => `${base}/accounts/1a1`],
  ])('has the fields of its schema, no more and no fewer: %s', async (_, url) => {
    const { body } = await ask('GET', await url())
    const schema = (await ask('GET', `/v1/schemas/${body.type}`)).body
    const dates = Object.keys(body).filter(
      (name) => schema.resourceFields[name]?.type === 'date' && body[name] !== null,
    )
    expect(Object.keys(body).sort()).toEqual(
      [
        ...new Set(['id', 'type', 'links', 'actions', ...Object.keys(schema.resourceFields)]),
        ...dates.map((name) => `${name}TS`),
      ].sort(),
    )
  })

  it.each([
    ['a snapshot', () => urlOf('snapshot', { name: 'x', size_bytes: 1, transitioning_progress: 7 })],
    ['a volume', () => urlOf('volume')],
    ['a backup', () => urlOf('backup', { description: 'x' })],
    ['the account', async () => `${base}/accounts/1a1`],
  ])('has in each field what its schema says: %s', async (_, url) => {
    const { body } = await ask('GET', await url())
    const { resourceFields } = (await ask('GET', `/v1/schemas/${body.type}`)).body
    for (const [name, { type, nullable, options }] of Object.entries<{
      type: string
      nullable: boolean
      options: string[] | null
    }>(resourceFields)) {
      const value = body[name]
      if (value === null) expect([name, nullable]).toEqual([name, true])
      else expect([name, type, isOf(type, value)]).toEqual([name, type, true])
      if (options && value !== null) expect(options).toContain(value)
    }
  })

  it('is the same by its id, in a list, by a link and as an answer to a change', async () => {
    const url = await urlOf('snapshot', { name: 'the same' })
    const { body } = await ask('GET', url)
    expect((await ask('GET', `/v1/snapshots?id=${body.id}`)).body.data).toEqual([body])
    expect((await ask('PUT', url, { body: {} })).body).toEqual(body)
    expect((await ask('GET', `/v1/volumes/${volumeId}/snapshots?id=${body.id}`)).body.data).toEqual([body])
  })
})

describe('ids', () => {
  it('are 1, a letter of the type and a number, wherever they stand', async () => {
    const backup = (await ask('GET', await urlOf('backup'))).body
    expect(backup).toMatchObject({
      id: expect.stringMatching(/^1b\d+$/),
      snapshotId: expect.stringMatching(/^1s\d+$/),
      volumeId: expect.stringMatching(/^1v\d+$/),
      accountId: '1a1',
    })
    const made = await ask('POST', '/v1/snapshots', { body: { volumeId: backup.volumeId } })
    expect([made.status, made.body.volumeId]).toEqual([201, backup.volumeId])
  })

  it.each([
    '1x1',
    '1',
    'x',
    '1s0',
    '1s01',
    '1s-1',
    '1S1',
    '1s1x',
    `1s${'9'.repeat(30)}`,
    volumeId,
    '%31s1',
    'null',
  ])('that are none are 404 on a path: %s', async (id) => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const)
      expectError(await ask(method, `/v1/snapshots/${id}`), 404, { code: 'Not Found' })
    expectError(await ask('POST', `/v1/snapshots/${id}/?action=backup`), 404)
    expectError(await ask('GET', `/v1/snapshots/${id}/volume`), 404)
  })

  it.each([
    '1x1',
    'x',
    '',
    '1s1',
    `1v${'9'.repeat(30)}`,
  ])('that are none match nothing in a filter on a reference: %j', async (id) => {
    for (const query of [`volumeId=${id}`, `volumeId_ne=${id}`, `accountId=${id}`]) {
      const { status, body } = await ask('GET', `/v1/snapshots?${query}`)
      expect([query, status, body.data]).toEqual([query, 200, []])
    }
  })
})

describe('dates', () => {
  it('have no fraction and end in Z, and are there as milliseconds too', async () => {
    const { body } = await ask(
      'GET',
      await urlOf('snapshot', {
        state: 'removed',
        created: '2026-01-02T03:04:05.999999Z',
        removed: '2026-03-04T05:06:07.5Z',
      }),
    )
    expect(body).toMatchObject({
      created: '2026-01-02T03:04:05Z',
      createdTS: Date.parse('2026-01-02T03:04:05.999Z'),
      removed: '2026-03-04T05:06:07Z',
      removedTS: Date.parse('2026-03-04T05:06:07.500Z'),
    })
  })

  it('that are null have no milliseconds', async () => {
    expect((await ask('GET', await urlOf('snapshot'))).body).not.toHaveProperty('removedTS')
  })
})

describe('transitioning', () => {
  it.each([
    'requested',
    'creating',
    'backing-up',
    'removing',
  ])('is yes while a snapshot is %s, with a message in any case', async (state) => {
    const { body } = await ask('GET', await urlOf('snapshot', { state, transitioning: 'yes' }))
    expect(body).toMatchObject({ state, transitioning: 'yes', transitioningMessage: 'In Progress' })
  })

  it('has the message and the progress that there are', async () => {
    const values = {
      state: 'creating',
      transitioning: 'yes',
      transitioning_message: 'Copying',
      transitioning_progress: 40,
    }
    expect((await ask('GET', await urlOf('snapshot', values))).body).toMatchObject({
      transitioningMessage: 'Copying',
      transitioningProgress: 40,
    })
  })

  it.each([
    'created',
    'backed-up',
    'removed',
  ])('is no where a snapshot is %s, without a message', async (state) => {
    const { body } = await ask('GET', await urlOf('snapshot', { state }))
    expect(body).toMatchObject({
      state,
      transitioning: 'no',
      transitioningMessage: null,
      transitioningProgress: null,
    })
  })

  it('is error where it has failed, with why', async () => {
    const values = { state: 'creating', transitioning: 'error', transitioning_message: 'the disk is full' }
    expect((await ask('GET', await urlOf('snapshot', values))).body).toMatchObject({
      transitioning: 'error',
      transitioningMessage: 'the disk is full',
    })
  })

  it('is yes from the first answer on: a create waits as requested', async () => {
    expect((await ask('POST', '/v1/snapshots', { body: { volumeId } })).body).toMatchObject({
      state: 'requested',
      transitioning: 'yes',
      transitioningMessage: expect.any(String),
    })
  })

  it.each(['volume', 'backup'] as const)('is there on a %s too', async (kind) => {
    expect((await ask('GET', await urlOf(kind))).body).toMatchObject({
      transitioning: 'no',
      transitioningMessage: null,
      transitioningProgress: null,
    })
  })
})

describe('actions', () => {
  const states = {
    snapshot: ['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed'],
    volume: ['active', 'removed'],
    backup: ['created', 'removing', 'removed'],
  } as const
  const standings = (['snapshot', 'volume', 'backup'] as const).flatMap((kind) =>
    states[kind].flatMap((state) =>
      (kind === 'volume' || state === 'removed' ? (['no'] as const) : transitionings).map(
        (transitioning) => ({
          kind,
          state,
          transitioning,
        }),
      ),
    ),
  )
  const cases = standings.flatMap((standing) => roles.map((role) => ({ ...standing, role })))

  it.each(
    cases,
  )('of a $kind in $state, transitioning $transitioning, for $role: those that it accepts', async ({
    kind,
    state,
    transitioning,
    role,
  }) => {
    const url = await urlOf(kind, { state, transitioning })
    const expected = actionsOf(kind).filter(
      (action) =>
        action !== 'update' &&
        isAvailable(kind, action, { state, transitioning }) &&
        roleRefusal(role, `${kind}.${action}` as never) === null,
    )
    const { body } = await asking[role]('GET', url)
    expect(body.actions).toEqual(Object.fromEntries(expected.map((name) => [name, `${url}/?action=${name}`])))
  })

  it.each(
    standings.flatMap((standing) =>
      (standing.kind === 'snapshot' ? (['backup', 'remove'] as const) : (['remove'] as const)).map(
        (action) => ({
          ...standing,
          action,
        }),
      ),
    ),
  )('$action of a $kind in $state, transitioning $transitioning, does what was said', async ({
    kind,
    state,
    transitioning,
    action,
  }) => {
    const url = await urlOf(kind, { state, transitioning })
    const before = (await ask('GET', url)).body
    const reply = await ask('POST', before.actions[action] ?? `${url}/?action=${action}`)
    if (isAvailable(kind, action, { state, transitioning })) {
      expect([reply.status, reply.body.type, reply.body.id]).toEqual([202, kind, before.id])
      expect(reply.body.state).toBe(
        action === 'backup' ? 'backing-up' : kind === 'volume' ? 'removed' : 'removing',
      )
    } else {
      expectError(reply, 422, { code: 'ActionNotAvailable', fieldName: 'action' })
      expect((await ask('GET', url)).body).toEqual(before)
    }
  })

  it('do not have the removal of a volume that has snapshots', async () => {
    const { body } = await ask('GET', `/v1/volumes/${volumeId}`)
    expect(body.actions).toEqual({})
    expectError(await ask('POST', `/v1/volumes/${volumeId}/?action=remove`), 422, {
      code: 'ActionNotAvailable',
      fieldName: 'action',
    })
    expectError(await ask('DELETE', `/v1/volumes/${volumeId}`), 405)
  })
})

describe('links', () => {
  it.each(['snapshot', 'volume', 'backup'] as const)('of a %s are its own, in any state', async (kind) => {
    for (const state of kind === 'volume' ? ['active', 'removed'] : ['created', 'removed']) {
      const url = await urlOf(kind, { state })
      const { links } = (await ask('GET', url)).body
      for (const [name, link] of Object.entries(links))
        expect(link).toBe(name === 'self' ? url : `${url}/${name}`)
    }
  })

  it.each([
    ['account', 'account', '1a1'],
    ['volume', 'volume', volumeId],
  ])('of a snapshot: %s leads to the resource', async (link, type, id) => {
    const { body } = await ask('GET', `${await urlOf('snapshot')}/${link}`)
    expect(body).toMatchObject({ type, id, links: { self: `${base}/${type}s/${id}` } })
  })

  it('of a backup: snapshot leads to the resource', async () => {
    const { body } = await ask('GET', await urlOf('backup'))
    expect((await ask('GET', body.links.snapshot)).body).toMatchObject({
      type: 'snapshot',
      id: body.snapshotId,
    })
  })

  it.each([
    ['volumes', 'snapshots'],
    ['volumes', 'backups'],
    ['snapshots', 'backups'],
    ['accounts', 'backups'],
    ['accounts', 'snapshots'],
    ['accounts', 'volumes'],
  ])('of %s: %s leads to a list of those that refer to it', async (type, link) => {
    const backup = (await ask('GET', await urlOf('backup'))).body
    const id = { volumes: backup.volumeId, snapshots: backup.snapshotId, accounts: '1a1' }[type]
    const field = `${type.slice(0, -1)}Id`
    const { body } = await ask('GET', `/v1/${type}/${id}/${link}`)
    expect(body).toMatchObject({
      type: 'collection',
      resourceType: link.slice(0, -1),
      links: { self: `${base}/${type}/${id}/${link}` },
      createDefaults: { [field]: id },
    })
    expect(body.data.length).toBeGreaterThan(0)
    for (const one of body.data) expect(one[field]).toBe(id)
  })
})
