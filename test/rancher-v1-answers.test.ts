import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import type { Resource } from './support/rancher-client.ts'
import { asker, resourcesIn, urlsIn } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const volume = await make.volume()
const snapshot = await make.snapshot(volume, { name: 'x' })
await make.snapshot(volume, { state: 'creating', transitioning: 'error' })
await make.backup(volume, snapshot)

/** Follows all links, from one URL on: every answer by its URL. */
async function crawl(from: string) {
  const ask = asker(createTestGateway(database))
  const seen = new Map<string, Awaited<ReturnType<typeof ask>>>()
  const queue = [from]
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (seen.has(url) || seen.size > 500) continue
    const reply = await ask('GET', url)
    seen.set(url, reply)
    const { actions: _, ...readable } = reply.body
    // Actions are posted to; of the orders of a list one is enough.
    queue.push(...urlsIn(readable).filter((url) => !/action=|sort=(?!name)|marker=/.test(url)))
  }
  return seen
}
const crawled = await crawl('http://snapshots.example:8080/v1')
const ofProject = await crawl('http://snapshots.example:8080/v1/projects/1a1')
const everything = [...crawled, ...ofProject]

describe('what is answered to any client', () => {
  it('every link leads to something', () => {
    expect(everything.length).toBeGreaterThan(40)
    for (const [url, { status }] of everything) expect([url, status]).toEqual([url, 200])
  })

  it('every answer says where the schemas are', () => {
    for (const [url, { headers }] of everything)
      expect([url, headers['x-api-schemas']]).toEqual([
        url,
        url.includes('/projects/')
          ? 'http://snapshots.example:8080/v1/projects/1a1/schemas'
          : 'http://snapshots.example:8080/v1/schemas',
      ])
  })

  it('every link, action and page is an absolute URL with the version, without a slash at its end', () => {
    for (const [, { body }] of everything)
      for (const url of urlsIn(body)) {
        expect(url).toMatch(/^http:\/\/snapshots\.example:8080\/v1/)
        expect(url).not.toMatch(/\/$/)
      }
  })

  it('the answers below a project have links below it', () => {
    for (const [, { body }] of ofProject)
      for (const url of urlsIn(body)) expect(url).toMatch(/\/v1\/projects\/1a1/)
  })

  it('links and actions are maps of texts, never null, in everything that has a type', () => {
    const texts = (map: unknown) =>
      typeof map === 'object' && map !== null && Object.values(map).every((one) => typeof one === 'string')
    for (const [, { body }] of everything)
      for (const { type, links, actions } of resourcesIn(body))
        expect([type, texts(links), texts(actions)]).toEqual([type, true, true])
  })

  it('every type is the id of a schema', () => {
    const schemas = crawled.get('http://snapshots.example:8080/v1/schemas')?.body.data
    const known = new Set(schemas.map(({ id }: Resource) => id))
    for (const [, { body }] of everything)
      for (const { type } of resourcesIn(body)) expect(known).toContain(type)
  })

  it('nothing but a collection has a list as its data', () => {
    for (const [, { body }] of everything)
      for (const resource of resourcesIn(body))
        expect(Array.isArray(resource.data)).toBe(resource.type === 'collection')
  })

  it('no field, filter, link or action has the name of a method of a Python dict', () => {
    const taken = ['items', 'keys', 'values', 'get', 'update', 'copy', 'pop', 'clear']
    for (const [, { body }] of everything)
      for (const resource of resourcesIn(body))
        for (const names of [resource, resource.links, resource.actions, resource.collectionFilters ?? {}])
          for (const name of Object.keys(names as object)) expect(taken).not.toContain(name)
  })

  it('no field has a name that is reserved for something else', () => {
    const reserved = ['rev', 'links', 'actions', 'length', 'resourceRepresentations']
    const ofCollections = [
      'filters',
      'pagination',
      'sort',
      'sortLinks',
      'createTypes',
      'createDefaults',
      'data',
    ]
    const ofQueries = ['marker', 'limit', 'sort', 'order', 'include', '_accept', '_format', '_method']
    for (const schema of crawled.get('http://snapshots.example:8080/v1/schemas')?.body.data ?? []) {
      if (schema.id === 'collection') continue
      for (const name of Object.keys(schema.resourceFields))
        expect([...reserved, ...ofCollections]).not.toContain(name)
      for (const name of Object.keys(schema.collectionFilters)) expect(ofQueries).not.toContain(name)
    }
  })

  it('the links of collections end in the plural, in lower case', () => {
    const { links } = crawled.get('http://snapshots.example:8080/v1')?.body ?? {}
    for (const name of ['accounts', 'backups', 'snapshots', 'volumes'])
      expect(links[name]).toBe(`http://snapshots.example:8080/v1/${name}`)
  })

  it('every id is made of characters that a URL takes as they are, and names one thing of its type', () => {
    const uris = new Map<string, unknown>()
    for (const [, { body }] of crawled)
      for (const { type, id, uuid } of resourcesIn(body)) {
        if (uuid === undefined) continue
        expect(id).toMatch(/^[\w.~-]+$/)
        expect(uris.get(`${type} ${id}`) ?? uuid).toBe(uuid)
        uris.set(`${type} ${id}`, uuid)
      }
    expect(uris.size).toBeGreaterThan(3)
  })
})
