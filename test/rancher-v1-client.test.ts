import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authenticateAnyone } from '../src/auth/authenticate-anyone.ts'
import { connect } from '../src/database/database.ts'
import { startWorker } from '../src/worker/start-worker.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { aCopy, createFakeDriver } from './support/fake-driver.ts'
import { createTestGateway } from './support/gateway.ts'
import { ApiError, RancherClient, type Request, type Resource, type Send } from './support/rancher-client.ts'
import { listening, sender } from './support/rancher-v1.ts'
import { lockRow } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const authenticate = authenticateAnyone(database.handle)

/** A gateway that listens, its URL, and a client of it with the requests that it has sent. */
async function start(more: Parameters<typeof createTestGateway>[1] = {}) {
  const gateway = createTestGateway(database, { authenticate, ...more })
  const url = await listening(gateway)
  const sent: Request[] = []
  const send = sender()
  const record: Send = (request) => {
    sent.push(request)
    return send(request)
  }
  return { gateway, url, sent, client: await RancherClient.load(`${url}/v1`, record) }
}

/** A worker whose storage does at once what it is asked for. */
async function startWork() {
  const copy = async (_: object, work: { confirm(copy: typeof aCopy): Promise<void> }) => {
    await work.confirm(aCopy)
    return aCopy
  }
  const driver = {
    ...createFakeDriver(),
    takeSnapshot: copy,
    backUpSnapshot: copy,
    deleteSnapshot: async () => {},
    deleteBackup: async () => {},
  }
  const log = pino({ level: 'silent' })
  const storage = new Map([['vfs', driver]])
  const worker = await startWorker({ database, storage, log, concurrency: 2, poll: 0.05 })
  onTestFinished(() => worker.close())
}

/** Waits as Rancher's command line does: as long as it is said to be in transition. */
const waited = (client: RancherClient, resource: Resource) =>
  eventually(async () => {
    const now = await client.reload(resource)
    expect(now.transitioning).not.toBe('yes')
    return now
  })

const idsOf = (resources: readonly Resource[]) => resources.map(({ id }) => id)

describe('a client that knows no more than schemas, links and actions', () => {
  it('lists, creates, waits, renames, backs up, sorts, filters, pages and removes', async () => {
    const { client } = await start()
    await startWork()
    const volume = await client.create('volume', { name: 'tour' })
    expect(volume).toMatchObject({ type: 'volume', name: 'tour' })

    const created = await client.create('snapshot', { volumeId: volume.id, name: 'first' })
    expect(created).toMatchObject({ type: 'snapshot', volumeId: volume.id, transitioning: 'yes' })
    const taken = await waited(client, created)
    expect(taken).toMatchObject({ state: 'created', transitioning: 'no', transitioningMessage: null })

    const renamed = await client.update(taken, { name: 'renamed', description: 'why' })
    expect(renamed).toMatchObject({ id: taken.id, name: 'renamed', description: 'why' })

    const asked = await client.action(renamed, 'backup')
    expect(asked).toMatchObject({ id: taken.id, state: 'backing-up', transitioning: 'yes' })
    const backedUp = await waited(client, asked)
    expect(backedUp).toMatchObject({ state: 'backed-up', transitioning: 'no' })
    const copies = await client.follow(backedUp, 'backups')
    expect(copies.data).toMatchObject([{ type: 'backup', snapshotId: taken.id }])

    for (const name of ['b', 'a', 'c'])
      await waited(client, await client.create('snapshot', { volumeId: volume.id, name }))
    const ofVolume = { volumeId: volume.id, sort: 'name', order: 'desc' }
    const { data } = await client.list('snapshot', ofVolume)
    expect(data.map(({ name }) => name)).toEqual(['renamed', 'c', 'b', 'a'])
    const names = []
    for await (const { name } of client.all('snapshot', { ...ofVolume, name_ne: 'renamed', limit: 1 }))
      names.push(name)
    expect(names).toEqual(['c', 'b', 'a'])

    const removing = await client.delete(backedUp)
    expect(removing).toMatchObject({ state: 'removing', transitioning: 'yes' })
    const removed = await waited(client, removing)
    expect(removed).toMatchObject({ state: 'removed', transitioning: 'no' })
    expect(removed.removed).toMatch(/Z$/)
    const left = await client.list('snapshot', { volumeId: volume.id, removed_null: true })
    expect(idsOf(left.data)).not.toContain(taken.id)
    for (const one of left.data) await waited(client, await client.action(one, 'remove'))
    expect((await client.list('snapshot', { volumeId: volume.id })).data).toEqual([])
  })

  it.each([
    '/v1',
    '/v1/',
    '/v1/schemas',
    '/v1/snapshots',
    '/v1/projects/1a1',
    '/v1/projects/1a1/schemas',
  ])('learns all types from %s', async (path) => {
    const { url } = await start()
    const client = await RancherClient.load(`${url}${path}`, sender())
    expect([...client.schemas.keys()]).toEqual(
      expect.arrayContaining(['account', 'backup', 'snapshot', 'volume']),
    )
    expect((await client.list('snapshot')).type).toBe('collection')
  })

  it('has the methods that schemas say', async () => {
    const { client } = await start()
    const all = ['list', 'by_id', 'create', 'update_by_id', 'delete']
    expect(client.methodsFor('snapshot')).toEqual(all)
    expect(client.methodsFor('volume')).toEqual(all)
    expect(client.methodsFor('backup')).toEqual(['list', 'by_id', 'delete'])
    expect(client.methodsFor('account')).toEqual(['list', 'by_id'])
  })

  it('updates and removes by the link of itself, and posts to the actions that it was given', async () => {
    const { client, url, sent } = await start()
    const id = `1s${await make.snapshot(await make.volume())}`
    const snapshot = await client.reload({ id, type: 'snapshot', links: {}, actions: {} })
    sent.length = 0
    await client.update(snapshot, { name: 'x' })
    await client.action(snapshot, 'backup')
    await client.delete(snapshot)
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', `${url}/v1/snapshots/${id}`, '{"name":"x"}'],
      ['POST', `${url}/v1/snapshots/${id}/?action=backup`, '{}'],
      ['DELETE', `${url}/v1/snapshots/${id}`, undefined],
    ])
  })

  it('gets nothing for an id that there is not: the body says 404', async () => {
    const { client } = await start()
    for (const type of ['account', 'backup', 'snapshot', 'volume'])
      for (const id of ['1s999999', 'nothing', '0']) expect(await client.byId(type, id)).toBeNull()
  })

  it('finds by type and id whatever it was answered, to look at it again', async () => {
    const { client } = await start()
    const volume = await make.volume()
    await make.backup(volume, await make.snapshot(volume))
    for (const type of ['account', 'backup', 'snapshot', 'volume', 'schema']) {
      const [first] = (await client.list(type)).data
      expect(first && (await client.reload(first))).toEqual(first)
    }
  })

  it('gets all of a list by its pages, each once, whatever the order and the filter', async () => {
    const { client } = await start()
    const volume = await make.volume()
    for (let i = 0; i < 7; i++) await make.snapshot(volume, { name: i % 2 ? 'odd' : 'even' })
    const volumeId = `1v${volume}`
    const whole = idsOf((await client.list('snapshot', { volumeId })).data)
    expect(whole).toHaveLength(7)
    for (const more of [
      {},
      { sort: 'name' },
      { sort: 'name', order: 'desc' },
      { name_prefix: ['odd', 'o'] },
    ]) {
      const { data } = await client.list('snapshot', { volumeId, ...more })
      const paged = []
      for await (const { id } of client.all('snapshot', { volumeId, limit: 2, ...more })) paged.push(id)
      expect(paged).toEqual(idsOf(data))
    }
  })

  it('is told of a refusal in a body that has the status as a number, a code and a message', async () => {
    const { client } = await start()
    const refused = await client.create('snapshot', {}).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect((refused as ApiError).body).toMatchObject({
      type: 'error',
      status: 422,
      code: 'MissingRequired',
      fieldName: 'volumeId',
      message: expect.any(String),
    })
  })

  it('asks three times for a change of what is busy, and is told 409 at last', async () => {
    const { handle, close } = connect(database.address, { pool: 2, statementTimeout: 0.1 })
    onTestFinished(close)
    const { client, sent } = await start({ authenticate: authenticateAnyone(handle) })
    const id = String(await make.snapshot(await make.volume()))
    const snapshot = await client.reload({ id: `1s${id}`, type: 'snapshot', links: {}, actions: {} })
    const { release } = await lockRow(database.client, 'snapshot', id)
    for (const change of [
      () => client.update(snapshot, { name: 'x' }),
      () => client.action(snapshot, 'backup'),
    ]) {
      sent.length = 0
      await expect(change()).rejects.toMatchObject({ body: { status: 409, code: 'Conflict' } })
      expect(sent).toHaveLength(3)
    }
    await release()
    expect(await client.update(snapshot, { name: 'x' })).toMatchObject({ name: 'x' })
  })

  it('keeps one connection for all that it asks', async () => {
    const { gateway, url } = await start()
    let connections = 0
    gateway.server.server.on('connection', () => connections++)
    const client = await RancherClient.load(`${url}/v1`, sender({ maxSockets: 1 }))
    const volume = await client.create('volume', { name: 'kept connection' })
    await client.update(volume, { description: 'x' })
    await client.create('snapshot', {}).catch(() => {})
    await client.byId('snapshot', 'nothing')
    await client.delete(volume)
    expect(connections).toBe(1)
  })
})
