import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import type { Resource } from './support/rancher-client.ts'
import { asker, resourcesIn } from './support/rancher-v1.ts'

type Field = Record<string, unknown>
interface Schema extends Resource {
  resourceFields: Record<string, Field>
  collectionFilters: Record<string, { modifiers: string[] }>
  resourceActions: Record<string, { input: string | null; output: string }>
  resourceMethods: string[]
  collectionMethods: string[]
}

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const ask = asker(gateway)
const list = await ask('GET', '/v1/schemas')
const all: Schema[] = list.body.data
const ids = all.map(({ id }) => id)
const types = ['account', 'backup', 'snapshot', 'volume']

function schemaOf(type: string): Schema {
  const schema = all.find(({ id }) => id === type)
  if (!schema) throw new Error(`no schema ${type}`)
  return schema
}

const names = (kinds: RegExp, type: string) =>
  Object.entries(schemaOf(type).resourceFields)
    .filter(([, { type }]) => kinds.test(String(type)))
    .map(([name]) => name)

describe('the schemas', () => {
  it('are a collection that links to the version', () => {
    expect(list.body).toMatchObject({
      type: 'collection',
      resourceType: 'schema',
      links: { self: 'http://localhost/v1/schemas', version: 'http://localhost/v1' },
    })
    expect((list.body.data as Resource[]).every(({ type }) => type === 'schema')).toBe(true)
  })

  it('are one for each type of resources, and one for each type that answers have', () => {
    for (const type of [...types, 'apiVersion', 'collection', 'error', 'schema']) expect(ids).toContain(type)
    for (const { type } of resourcesIn(list.body)) expect(ids).toContain(type)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(ids)('the schema %s stands alone at its link too', async (id) => {
    const { status, body } = await ask('GET', schemaOf(id).links.self ?? '')
    expect([status, body]).toEqual([200, schemaOf(id)])
  })

  it.each(ids)('the schema %s says all that a schema says, nothing as null', (id) => {
    const strings = expect.toSatisfy(
      (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
    )
    expect(schemaOf(id)).toEqual({
      id,
      type: 'schema',
      pluralName: expect.any(String),
      links: expect.objectContaining({ self: `http://localhost/v1/schemas/${id}` }),
      actions: {},
      resourceMethods: strings,
      collectionMethods: strings,
      resourceFields: expect.any(Object),
      collectionFields: expect.any(Object),
      resourceActions: expect.any(Object),
      collectionActions: expect.any(Object),
      collectionFilters: expect.any(Object),
      includeableLinks: strings,
    })
  })

  it.each(ids)('the schema %s links to its collection exactly where it can be listed', (id) => {
    const { collectionMethods, pluralName, links } = schemaOf(id)
    expect(links.collection).toBe(
      collectionMethods.includes('GET') ? `http://localhost/v1/${pluralName}` : undefined,
    )
  })

  it.each(ids)('every field of %s has a type that there is, and says whether it can be written', (id) => {
    const simple = /^(string|password|float|int|date|blob|boolean|enum|json)$/
    for (const [name, { type, create, update }] of Object.entries(schemaOf(id).resourceFields)) {
      const [, inner = type] = /^(?:reference|array|map)\[(.+)\]$/.exec(String(type)) ?? []
      expect([name, simple.test(String(inner)) || ids.includes(String(inner))]).toEqual([name, true])
      expect([name, typeof create, typeof update]).toEqual([name, 'boolean', 'boolean'])
    }
  })

  it.each(types)('every field of %s says all that Rancher says of one', (id) => {
    for (const field of Object.values(schemaOf(id).resourceFields)) {
      expect(Object.keys(field)).toEqual(
        expect.arrayContaining([
          'type',
          'create',
          'update',
          'required',
          'nullable',
          'unique',
          'default',
          'minLength',
          'maxLength',
          'min',
          'max',
          'options',
          'validChars',
          'invalidChars',
          'readOnCreateOnly',
          'description',
        ]),
      )
    }
  })

  it.each(types)('every field of %s says how it is transformed', (id) => {
    for (const field of Object.values(schemaOf(id).resourceFields)) expect(field).toHaveProperty('transform')
  })

  it.each(types)('every input and output of the actions of %s has a schema too', (id) => {
    for (const { input, output } of Object.values(schemaOf(id).resourceActions)) {
      expect(ids).toContain(output)
      if (input !== null) expect(ids).toContain(input)
    }
  })

  it.each(types)('every filter of %s is a field, and names its modifiers', (id) => {
    const { collectionFilters, resourceFields } = schemaOf(id)
    for (const [name, { modifiers }] of Object.entries(collectionFilters)) {
      expect(Object.keys(resourceFields)).toContain(name)
      expect(modifiers.length).toBeGreaterThan(0)
    }
  })
})

describe('the methods of schemas', () => {
  it.each([
    ['account', ['GET'], ['GET']],
    ['backup', ['GET', 'DELETE'], ['GET']],
    ['snapshot', ['GET', 'PUT', 'DELETE'], ['GET', 'POST']],
    ['volume', ['GET', 'PUT', 'DELETE'], ['GET', 'POST']],
    ['schema', ['GET'], ['GET']],
    ['error', [], []],
    ['collection', [], []],
    ['apiVersion', [], []],
  ])('of %s', (type, resource, collection) => {
    const { resourceMethods, collectionMethods } = schemaOf(type)
    expect([resourceMethods, collectionMethods]).toEqual([resource, collection])
  })
})

describe("a snapshot's schema", () => {
  it.each([
    ['id', { type: 'string', create: false, update: false }],
    ['name', { type: 'string', create: true, update: true, required: false, nullable: true, maxLength: 255 }],
    [
      'description',
      { type: 'string', create: true, update: true, required: false, nullable: true, maxLength: 1024 },
    ],
    ['volumeId', { type: 'reference[volume]', create: true, update: false, required: true, nullable: false }],
    ['accountId', { type: 'reference[account]', create: false, update: false }],
    ['kind', { type: 'string', create: false, update: false }],
    ['uuid', { type: 'string', create: false, update: false }],
    ['created', { type: 'date', create: false, update: false }],
    ['removed', { type: 'date', create: false, update: false, nullable: true }],
    ['managedVolumeUUID', { type: 'string', create: false, update: false, nullable: true }],
    ['transitioning', { type: 'enum', options: ['error', 'no', 'yes'], create: false, update: false }],
    ['transitioningMessage', { type: 'string', create: false, update: false, nullable: true }],
    ['transitioningProgress', { type: 'int', create: false, update: false, nullable: true }],
    [
      'state',
      {
        type: 'enum',
        create: false,
        update: false,
        options: ['backed-up', 'backing-up', 'created', 'creating', 'removed', 'removing', 'requested'],
      },
    ],
  ])('has the field %s as Rancher has it', (name, said) => {
    expect(schemaOf('snapshot').resourceFields[name]).toMatchObject(said)
  })

  it('says that a uuid has at most 128 characters', () => {
    expect(schemaOf('snapshot').resourceFields.uuid).toMatchObject({ maxLength: 128 })
  })

  it('lets nothing else be written', () => {
    const writable = Object.entries(schemaOf('snapshot').resourceFields)
      .filter(([, { create, update }]) => create || update)
      .map(([name]) => name)
    expect(writable).toEqual(['description', 'name', 'volumeId'])
  })

  it.each([
    'create',
    'backup',
    'remove',
  ])('has the action %s, which takes nothing and answers a snapshot', (name) => {
    const action = schemaOf('snapshot').resourceActions[name]
    expect([action?.input ?? null, action?.output]).toEqual([null, 'snapshot'])
  })

  it('has an update as the method PUT, not as an action', () => {
    expect(schemaOf('snapshot').resourceActions).not.toHaveProperty('update')
  })

  it('names the links that can be had along', () => {
    expect([...(schemaOf('snapshot').includeableLinks as string[])].sort()).toEqual([
      'account',
      'backups',
      'volume',
    ])
  })
})

describe("a volume's schema", () => {
  it.each([
    ['name', { type: 'string', create: true, update: true, required: true, unique: true }],
    ['description', { type: 'string', create: true, update: true, nullable: true }],
    ['driver', { type: 'string', create: true, update: false }],
    ['uri', { type: 'string', create: false, update: false }],
  ])('has the field %s as Rancher has it', (name, said) => {
    expect(schemaOf('volume').resourceFields[name]).toMatchObject(said)
  })

  it.each([
    'driverOpts',
    'externalId',
    'imageId',
    'instanceId',
    'isHostPath',
  ])('has the field %s of a host that runs containers', (name) => {
    expect(schemaOf('volume').resourceFields).toHaveProperty(name)
  })
})

describe('filters', () => {
  const ofText = ['eq', 'ne', 'prefix', 'like', 'notlike', 'null', 'notnull']
  const ofNumber = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'null', 'notnull']
  const ofOption = ['eq', 'ne', 'null', 'notnull']
  const modifiers = (type: string, name: string) =>
    schemaOf(type).collectionFilters[name]?.modifiers.toSorted()

  it.each(['backup', 'snapshot', 'volume'])('%s: there is one for every field that is kept', (type) => {
    // A uri is made of others; Rancher has no column for a map either.
    const kept = names(/^(?!map)/, type).filter((name) => name !== 'uri')
    expect(Object.keys(schemaOf(type).collectionFilters).sort()).toEqual(kept.sort())
  })

  it.each(['backup', 'snapshot', 'volume'])('%s: a number or a date has those of numbers', (type) => {
    for (const name of names(/^(int|date)$/, type))
      expect([name, modifiers(type, name)]).toEqual([name, ofNumber.toSorted()])
  })

  it.each(['backup', 'snapshot', 'volume'])('%s: an enum or a reference has those of options', (type) => {
    for (const name of names(/^(enum|boolean|reference\[.*\])$/, type))
      expect([name, modifiers(type, name)]).toEqual([name, ofOption.toSorted()])
  })

  it.each(['backup', 'snapshot', 'volume'])('%s: a text has those of texts', (type) => {
    for (const name of names(/^string$/, type).filter((name) => !['id', 'uri', 'kind'].includes(name)))
      expect([name, modifiers(type, name)]).toEqual([name, ofText.toSorted()])
  })
})

describe('schemas are kept by who has asked', () => {
  it.each(['/v1/schemas', '/v1/schemas/snapshot'])('%s has an ETag, by which it is 304', async (url) => {
    const { headers } = await ask('GET', url)
    const etag = String(headers.etag)
    expect(etag).toMatch(/^"[\w-]+"$/)
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
      const again = await ask('GET', url, { headers: { 'if-none-match': known } })
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag])
      expect(again.headers['x-api-schemas']).toBe('http://localhost/v1/schemas')
    }
    expect((await ask('GET', url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })

  it('another ETag where the links or the role are others', async () => {
    const tag = async (url: string, by = ask) => (await by('GET', url)).headers.etag
    const tags = [
      await tag('/v1/schemas'),
      await tag('http://other.example/v1/schemas'),
      await tag('/v1/projects/1a1/schemas'),
      await tag('/v1/schemas', asker(gateway.as('VIEWER'))),
    ]
    expect(new Set(tags).size).toBe(tags.length)
    expect(await tag('/v1/schemas')).toBe(tags[0])
  })
})
