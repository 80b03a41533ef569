import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import type { Resource } from './support/rancher-client.ts'
import { asker } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const gateway = createTestGateway(database)
const ask = asker(gateway)
const base = 'http://localhost/v1'

const volume = await make.volume({ description: 'the first' })
const volumeId = `1v${volume}`
/** Of the volume: three, of which two have the same name, one that has failed, and one that is removed. */
const [a, b, c, failed, removed] = [
  await make.snapshot(volume, {
    name: 'a',
    description: 'x',
    created: '2026-01-01T00:00:01.5Z',
    size_bytes: 10,
    managed_volume_uuid: 'x',
  }),
  await make.snapshot(volume, {
    name: 'b_1',
    created: '2026-01-01T00:00:02Z',
    size_bytes: 20,
    managed_volume_uuid: 'x',
  }),
  await make.snapshot(volume, {
    name: 'a',
    created: '2026-01-01T00:00:03Z',
    size_bytes: 30,
    managed_volume_uuid: 'x',
    state: 'backed-up',
  }),
  await make.snapshot(volume, { created: '2026-01-01T00:00:04Z', state: 'creating', transitioning: 'error' }),
  await make.snapshot(volume, { name: 'gone', created: '2026-01-01T00:00:05Z', state: 'removed' }),
].map((id) => `1s${id}`) as [string, string, string, string, string]
await make.backup(volume, BigInt(a.slice(2)))
const own = `/v1/volumes/${volumeId}/snapshots`
/** Many, for pages. */
const many = await make.volume()
const inMany = await Promise.all(
  Array.from({ length: 130 }, async (_, n) => `1s${await make.snapshot(many, { name: `n${n % 3}` })}`),
)
const manyInOrder = inMany.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)))

const idsOf = (body: { data: Resource[] }) => body.data.map(({ id }) => id)
const list = async (query: string, of = own) => (await ask('GET', `${of}?${query}`)).body
const ids = async (query: string, of = own) => idsOf(await list(query, of))

describe('a collection', () => {
  it('says all that Rancher says', async () => {
    const { status, body } = await ask('GET', own)
    const fields = Object.keys((await ask('GET', '/v1/schemas/snapshot')).body.collectionFilters)
    expect([status, body]).toEqual([
      200,
      {
        type: 'collection',
        resourceType: 'snapshot',
        links: { self: `http://localhost${own}` },
        createTypes: { snapshot: `${base}/snapshots` },
        actions: {},
        data: expect.any(Array),
        sortLinks: Object.fromEntries(fields.map((name) => [name, `http://localhost${own}?sort=${name}`])),
        pagination: { first: null, previous: null, next: null, limit: 100, total: null, partial: false },
        sort: null,
        filters: Object.fromEntries(fields.map((name) => [name, null])),
        createDefaults: { volumeId },
      },
    ])
  })

  it.each([
    'accounts',
    'backups',
    'snapshots',
    'volumes',
    'schemas',
  ])('has its data as a list also where it is empty: %s', async (plural) => {
    const { status, body } = await ask('GET', `/v1/${plural}?name=nobody-has-this`)
    expect([status, Array.isArray(body.data), body.type]).toEqual([200, true, 'collection'])
    expect(body.createDefaults).toEqual({})
  })

  it.each([
    ['snapshots', { snapshot: `${base}/snapshots` }],
    ['volumes', { volume: `${base}/volumes` }],
    ['backups', {}],
    ['accounts', {}],
  ])('says what can be made in it: %s', async (plural, createTypes) => {
    expect((await ask('GET', `/v1/${plural}`)).body.createTypes).toEqual(createTypes)
  })

  it('by id where nobody asks for an order', async () => {
    expect(await ids('')).toEqual([a, b, c, failed])
    expect(await ids('', `/v1/volumes/1v${many}/snapshots`)).toEqual(manyInOrder.slice(0, 100))
  })
})

describe('pages', () => {
  const pages = `/v1/volumes/1v${many}/snapshots`

  it.each([
    ['', 100, 100],
    ['limit=7', 7, 7],
    ['limit=1', 1, 1],
    ['limit=3', 3, 3],
    ['limit=130', 130, 130],
    ['limit=129', 129, 129],
    ['limit=10000', 130, 10_000],
    ['limit=10001', 130, 10_000],
    ['limit=999999999999999999999', 130, 10_000],
    ['limit=x', 100, 100],
    ['limit=', 100, 100],
    ['limit=1.5', 100, 100],
    ['limit=1e3', 100, 100],
    ['limit=NaN', 100, 100],
  ])('have the size that is asked for, at most 10000, and 100 where none is: %j', async (query, rows, limit) => {
    const body = await list(query, pages)
    expect([body.data.length, body.pagination.limit]).toEqual([rows, limit])
    expect(body.pagination.partial).toBe(rows < 130)
    expect(body.pagination.next === null).toBe(rows === 130)
  })

  it.each([
    'limit=0',
    'limit=-1',
    'limit=-999',
  ])('everything, in one, where %s is asked for', async (query) => {
    const body = await list(query, pages)
    expect([body.data.length, body.pagination]).toEqual([130, null])
  })

  it('fill in nothing but next, limit and partial', async () => {
    expect((await list('limit=2', pages)).pagination).toEqual({
      first: null,
      previous: null,
      next: expect.stringMatching(/^http:\/\/localhost\/v1\/volumes\/1v\d+\/snapshots\?.*marker=/),
      limit: 2,
      total: null,
      partial: true,
    })
  })

  it('keep all else that was asked for', async () => {
    const query = 'name=n1&limit=5&sort=name&order=desc&include=volume&x=y%26z&name_ne=n2'
    const next = new URL((await list(query, pages)).pagination.next)
    const { marker, ...rest } = Object.fromEntries(next.searchParams)
    expect(rest).toEqual(Object.fromEntries(new URLSearchParams(query)))
    expect(marker).toMatch(/^[\w-]+$/)
  })

  it.each([
    '',
    'sort=name&',
    'sort=name&order=desc&',
    'sort=created&order=desc&',
    'sort=description&',
    'sort=uuid&',
  ])('have each row once, in one order: %j', async (query) => {
    const whole = await ids(`${query}limit=0`, pages)
    const found: string[] = []
    for (let url: string | null = `${pages}?${query}limit=33`; url !== null; ) {
      const { body } = await ask('GET', url)
      found.push(...idsOf(body))
      url = body.pagination.next
    }
    expect(found).toEqual(whole)
    expect(new Set(found).size).toBe(130)
  })

  it('go on where they were, whatever is made and removed meanwhile', async () => {
    const parent = await make.volume()
    const of = `/v1/volumes/1v${parent}/snapshots`
    const rows = []
    for (let i = 0; i < 4; i++) rows.push(`1s${await make.snapshot(parent)}`)
    const first = await list('limit=2', of)
    await database.client`update snapshot set state = 'removed', removed = now() where id = ${rows[0]?.slice(2) ?? ''}`
    const late = `1s${await make.snapshot(parent)}`
    const second = (await ask('GET', first.pagination.next)).body
    expect(idsOf(second)).toEqual(rows.slice(2))
    expect(idsOf((await ask('GET', second.pagination.next)).body)).toEqual([late])
  })

  it.each([
    'x',
    'm5',
    'm-1',
    '',
    '%00',
    '\u00e9',
    'x'.repeat(5000),
    Buffer.from('[1,2]').toString('base64url'),
  ])('begin at the first where the marker cannot be read', async (marker) => {
    const { status, body } = await ask('GET', `${pages}?limit=3&marker=${encodeURIComponent(marker)}`)
    expect([status, idsOf(body)]).toEqual([200, manyInOrder.slice(0, 3)])
  })

  it('begin at the first where the marker is of another list or order', async () => {
    const { pagination } = await list('limit=3&sort=name', pages)
    const marker = new URL(pagination.next).searchParams.get('marker')
    expect(await ids(`limit=3&marker=${marker}`, pages)).toEqual(manyInOrder.slice(0, 3))
    expect(await ids(`limit=1&marker=${marker}`, '/v1/volumes')).toEqual([volumeId])
  })
})

describe('an order', () => {
  it.each([
    ['sort=name', [a, c, b, failed]],
    ['sort=name&order=asc', [a, c, b, failed]],
    ['sort=name&order=DESC', [failed, b, c, a]],
    ['sort=name&order=Desc', [failed, b, c, a]],
    ['sort=name&order=x', [a, c, b, failed]],
    ['sort=id&order=desc', [failed, c, b, a]],
    ['order=desc', [a, b, c, failed]],
    ['sort=created&order=desc', [failed, c, b, a]],
    ['sort=state', [c, a, b, failed]],
    ['sort=sizeBytes&order=desc', [failed, c, b, a]],
    ['sort=kind', [a, b, c, failed]],
    ['sort=nothing', [a, b, c, failed]],
    ['sort=', [a, b, c, failed]],
    ['sort=volume', [a, b, c, failed]],
    ['sort=__proto__', [a, b, c, failed]],
  ])('by any field that filters have, with ties by id, else none: %s', async (query, expected) => {
    const found = await ids(query)
    // Rows without the value stand together, at one end.
    expect(found.filter((id) => id !== failed)).toEqual(expected.filter((id) => id !== failed))
    expect([0, 3]).toContain(query.startsWith('sort=state') ? 3 : found.indexOf(failed))
  })

  it('of every field there is, is stable', async () => {
    const { sortLinks } = await list('')
    for (const url of Object.values<string>(sortLinks))
      for (const order of ['asc', 'desc']) {
        const read = async () => idsOf((await ask('GET', `${url}&order=${order}`)).body)
        const found = await read()
        expect([url, found.toSorted()]).toEqual([url, [a, b, c, failed].toSorted()])
        expect(await read()).toEqual(found)
      }
  })

  it.each([
    ['sort=name', 'asc', 'desc'],
    ['sort=name&order=desc', 'desc', 'asc'],
    ['sort=name&order=x', 'asc', 'desc'],
  ])('is said, with a link to its reverse: %s', async (query, order, reversed) => {
    const { sort } = await list(`${query}&limit=3&name_notnull=x`)
    expect(sort).toMatchObject({ name: 'name', order })
    expect(Object.fromEntries(new URL(sort.reverse).searchParams)).toEqual({
      sort: 'name',
      order: reversed,
      limit: '3',
      name_notnull: 'x',
    })
    const forth = await ids(`${query}&name_notnull=x`)
    expect(idsOf((await ask('GET', sort.reverse)).body)).toEqual(forth.toReversed())
  })

  it('that there is not is null', async () => {
    expect([(await list('')).sort, (await list('sort=nothing')).sort]).toEqual([null, null])
  })

  it('has a link for every field that can be filtered, which keeps the filters', async () => {
    const { sortLinks, filters } = await list('name=a&limit=2')
    expect(Object.keys(sortLinks)).toEqual(Object.keys(filters))
    for (const [name, url] of Object.entries<string>(sortLinks))
      expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ name: 'a', limit: '2', sort: name })
  })
})

describe('a filter', () => {
  const everything = [a, b, c, failed]
  it.each([
    ['name=a', [a, c]],
    ['name_eq=a', [a, c]],
    ['name_ne=a', [b]],
    ['name_prefix=b_', [b]],
    ['name_prefix=_', []],
    ['name_like=a%25', [a, c]],
    ['name_like=_', [a, c]],
    ['name_like=b%5C_1', [b]],
    ['name_like=b_1', [b]],
    ['name_notlike=a', [b]],
    ['name_null=', [failed]],
    ['name_null=false', [failed]],
    ['name_notnull=True', [a, b, c]],
    ['description=x', [a]],
    ['description_null', [b, c, failed]],
    ['sizeBytes=20', [b]],
    ['sizeBytes_lt=20', [a]],
    ['sizeBytes_lte=20', [a, b]],
    ['sizeBytes_gt=20', [c]],
    ['sizeBytes_gte=20', [b, c]],
    ['sizeBytes_ne=20', [a, c]],
    ['sizeBytes_null=1', [failed]],
    ['created=2026-01-01T00:00:01Z', [a]],
    ['created_lt=2026-01-01T00:00:03Z', [a, b]],
    ['created_gte=2026-01-01T00:00:03Z', [c, failed]],
    ['created_gt=2026-01-01T00:00:01Z', [b, c, failed]],
    ['created_lte=2026-01-01T00:00:01Z', [a]],
    ['created_gt=2025-12-31', everything],
    ['state=created', [a, b]],
    ['state_ne=created', [c, failed]],
    ['state_notnull=x', everything],
    ['transitioning=error', [failed]],
    [`volumeId=${volumeId}`, everything],
    [`volumeId_ne=${volumeId}`, []],
    ['accountId=1a1', everything],
    ['accountId=1a2', []],
    ['kind=snapshot', everything],
    ['kind=volume', []],
    [`id=${b}`, [b]],
    [`id_ne=${b}`, [a, c, failed]],
  ])('by a field and a modifier, eq where it says none: %s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  it.each([
    'nothing=x',
    'name_nothing=x',
    'name_lt=x',
    'state_like=%25',
    'sizeBytes_prefix=1',
    'nothing_null=1',
    '_=x',
    '_eq=x',
    'name_=x',
    'Name=x',
    'uri=x',
    '__proto___eq=x',
    'constructor=x',
    'links=x',
    'name%5B%5D=x',
  ])('by a field or a modifier that there is not is ignored: %s', async (query) => {
    const body = await list(query)
    expect(idsOf(body)).toEqual(everything)
    expect(new Set(Object.values(body.filters))).toEqual(new Set([null]))
  })

  it.each([
    ['name=a&state=created', [a]],
    ['sizeBytes_gt=10&sizeBytes_lt=30', [b]],
    ['name=a&name=b_1', []],
    ['name_ne=a&name_ne=b_1', []],
    ['name_ne=x&name_ne=b_1', [a, c]],
    ['name=a&name=a', [a, c]],
  ])('all must hold, several of one field too: %s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  it('is said as it was asked for, each of its conditions', async () => {
    const { filters } = await list('name_ne=x&name_prefix=a&state=created&sizeBytes_null=')
    expect(filters).toMatchObject({
      name: [
        { modifier: 'ne', value: 'x' },
        { modifier: 'prefix', value: 'a' },
      ],
      state: [{ modifier: 'eq', value: 'created' }],
      sizeBytes: [{ modifier: 'null', value: expect.toBeOneOf(['', null]) }],
      description: null,
    })
  })

  it.each([
    ['%C3%A9%26%3D%2B%23', 'é&=+#'],
    ['two+words', 'two words'],
    ['%25', '%'],
  ])('has a value that is encoded in the URL: %s', async (encoded, name) => {
    const parent = await make.volume()
    const id = `1s${await make.snapshot(parent, { name })}`
    expect(await ids(`name=${encoded}`, `/v1/volumes/1v${parent}/snapshots`)).toEqual([id])
  })

  it('finds volumes, backups and the account too', async () => {
    expect(await ids('description_like=the%25', '/v1/volumes')).toEqual([volumeId])
    expect(await ids(`snapshotId=${a}`, '/v1/backups')).toHaveLength(1)
    expect(await ids(`snapshotId=${b}`, '/v1/backups')).toEqual([])
    expect(await ids('id=1a1', '/v1/accounts')).toEqual(['1a1'])
    expect(await ids('id_ne=1a1', '/v1/accounts')).toEqual([])
  })
})

describe('what is removed', () => {
  it.each([
    ['', [a, b, c, failed]],
    ['removed_null=true', [a, b, c, failed]],
    ['removed_null=', [a, b, c, failed]],
    ['removed_notnull=true', [removed]],
    ['state=removed', [removed]],
    ['removed=2026-01-01T00:00:00Z', [removed]],
    ['removed_gt=2025-01-01T00:00:00Z', [removed]],
  ])('stands in no list but those that ask for it: %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  it('is readable by its id, and says when', async () => {
    const { status, body } = await ask('GET', `/v1/snapshots/${removed}`)
    expect([status, body]).toMatchObject([
      200,
      { state: 'removed', removed: '2026-01-01T00:00:00Z', removedTS: Date.parse('2026-01-01'), actions: {} },
    ])
  })
})

describe('include', () => {
  it.each([
    'include=volume',
    'include=VOLUME',
    'include=Volume&include=nothing',
  ])('has the linked resource stand under the link, in a list and by id: %s', async (query) => {
    const expected = (await ask('GET', `/v1/volumes/${volumeId}`)).body
    const { body } = await ask('GET', `/v1/snapshots/${a}?${query}`)
    expect(body.volume).toEqual(expected)
    expect(body.links.volume).toBe(`${base}/snapshots/${a}/volume`)
    for (const one of (await list(query)).data) {
      expect(one.volume).toEqual(expected)
      expect(one.links.volume).toBe(`${base}/snapshots/${one.id}/volume`)
    }
  })

  it('may be repeated', async () => {
    const { body } = await ask('GET', `/v1/snapshots/${a}?include=volume&include=account&include=backups`)
    expect(body).toMatchObject({
      volume: { id: volumeId },
      account: { id: '1a1', type: 'account' },
      backups: [{ type: 'backup', snapshotId: a }],
    })
  })

  it('has several where the link leads to a list', async () => {
    const [first] = (await list(`id=${volumeId}&include=snapshots&include=backups`, '/v1/volumes')).data
    expect(idsOf({ data: first.snapshots })).toEqual([a, b, c, failed])
    expect(first.backups).toHaveLength(1)
    expect(first.links.snapshots).toBe(`http://localhost${own}`)
  })

  it('of nothing, or of what there is not, changes nothing', async () => {
    const { body } = await ask('GET', `/v1/snapshots/${a}`)
    for (const query of ['include=', 'include=nothing', 'include=self', 'include=__proto__', 'include=state'])
      expect((await ask('GET', `/v1/snapshots/${a}?${query}`)).body).toEqual(body)
  })
})
