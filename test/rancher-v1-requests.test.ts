import { describe, expect, it } from 'vitest'
import { authenticateAnyone } from '../src/auth/authenticate-anyone.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { asker, expectError } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const authenticate = authenticateAnyone(database.handle)
const gateway = createTestGateway(database, { authenticate })
const ask = asker(gateway)
const volumeId = `1v${await make.volume()}`
const none = `Basic ${Buffer.from('None:None').toString('base64')}`

describe('what clients send', () => {
  it.each([
    ['None and None', none],
    ['an empty user', `Basic ${Buffer.from(':').toString('base64')}`],
    ['nothing', undefined],
    ['what is no Basic', 'Bearer x'],
  ])('an open server takes any credentials: %s', async (_, authorization) => {
    const reply = await ask('GET', '/v1/snapshots', { headers: authorization ? { authorization } : {} })
    expect(reply.status).toBe(200)
  })

  it.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/xml',
    'application/octet-stream',
    'x',
  ])('a body is read as JSON whatever its Content-Type: %s', async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    const created = await ask('POST', '/v1/snapshots', { headers, body: { volumeId, name: 'a' } })
    expect([created.status, created.body.name]).toEqual([201, 'a'])
    const url = `/v1/snapshots/${created.body.id}`
    const updated = await ask('PUT', url, { headers, body: { name: 'b' } })
    expect([updated.status, updated.body.name]).toEqual([200, 'b'])
  })

  it.each([
    ['an empty object', '{}'],
    ['no body', undefined],
    ['an empty body', ''],
    ['white space', ' \r\n'],
    ['fields that nobody asked for', '{"backupTargetId":"1bt1"}'],
  ])('an action takes %s', async (_, body) => {
    const id = `1s${await make.snapshot(BigInt(volumeId.slice(2)))}`
    const reply = await ask('POST', `/v1/snapshots/${id}/?action=backup`, body === undefined ? {} : { body })
    expect([reply.status, reply.body.state]).toEqual([202, 'backing-up'])
  })

  it('a DELETE has no body', async () => {
    const id = `1s${await make.snapshot(BigInt(volumeId.slice(2)))}`
    expect((await ask('DELETE', `/v1/snapshots/${id}`)).status).toBe(200)
  })

  it('gzip may be offered', async () => {
    const reply = await ask('GET', '/v1/schemas', { headers: { 'accept-encoding': 'gzip, deflate' } })
    expect([reply.status, reply.body.resourceType]).toEqual([200, 'schema'])
  })

  it.each([
    '_format=json',
    '_cache=1',
    '_trim=x',
    '_url=http://x',
    '_accept=text/html',
    '_plain&_x[]=%5B',
  ])('an option of its command line is ignored in a query: %s', async (option) => {
    const reply = await ask('GET', `/v1/snapshots?volumeId=${volumeId}&${option}`)
    expect([reply.status, reply.body.filters.volumeId]).toEqual([200, [{ modifier: 'eq', value: volumeId }]])
  })

  it('and in a body', async () => {
    const body = { volumeId, _format: 'json', _cache: true, _trim: null, _url: { a: [1] } }
    expect((await ask('POST', '/v1/snapshots', { body })).status).toBe(201)
  })

  it.each([
    'True',
    'False',
    'None',
  ])('a filter may be %s, as Python writes it, and is not refused', async (value) => {
    const reply = await ask('GET', `/v1/snapshots?removed_null=${value}&name=${value}&sizeBytes_gt=${value}`)
    expect(reply.status).toBe(200)
  })

  it('a lone 409 means that the same may be asked again: no other refusal has this status', async () => {
    const id = `1s${await make.snapshot(BigInt(volumeId.slice(2)), { state: 'removing', transitioning: 'yes' })}`
    expectError(await ask('PUT', `/v1/snapshots/${id}`, { body: { name: 'x' } }), 422, {
      code: 'ActionNotAvailable',
    })
    const name = 'taken twice'
    await ask('POST', '/v1/volumes', { body: { name } })
    expectError(await ask('POST', '/v1/volumes', { body: { name } }), 422, { code: 'NotUnique' })
  })
})
