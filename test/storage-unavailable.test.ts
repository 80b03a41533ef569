import { describe, expect, it } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import { createTestDatabase } from './support/database.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'

describe('storage that fails', () => {
  const create = `mutation { result: createVolume(input: { name: "db", idempotencyKey: "again" }) {
    ... on Resource { name stateName } ... on UserError { code } } }`
  it('is UNAVAILABLE with Retry-After, and nothing was done', async () => {
    const own = await createTestDatabase()
    const cause = new Error('EIO: i/o error, mkdir /secret')
    const error = new StorageError('NOT_MOUNTED', 'storage not mounted', { retryable: true, cause })
    const vfs = { ...anyStorage.get('vfs'), makeVolume: () => Promise.reject(error) }
    const failing = createTestGateway(own, { storage: new Map([['vfs', vfs]]) as typeof anyStorage })
    const { status, headers, data, errors } = await failing.query(create)
    expect([status, headers['retry-after'], data]).toEqual([503, '5', { result: null }])
    expect(errors).toEqual([
      {
        message: 'the storage cannot do this now: storage not mounted',
        path: ['result'],
        locations: expect.any(Array),
        extensions: { code: 'UNAVAILABLE' },
      },
    ])
    // The key is free: the same call is accepted once the storage is there again.
    const working = createTestGateway(own)
    expect(await working.data('{ volumes(filter: { removed: INCLUDE }) { totalCount } }')).toEqual({
      volumes: { totalCount: 0 },
    })
    const again = await working.query(create)
    expect([again.data, again.extensions]).toEqual([
      { result: { name: 'db', stateName: 'active' } },
      undefined,
    ])
  })

  it('takes nothing from its neighbours in the document', async () => {
    const own = await createTestDatabase()
    const makeVolume = ({ path }: { path: string }) =>
      path === 'bad'
        ? Promise.reject(new StorageError('TIMED_OUT', 'the storage does not answer', { retryable: true }))
        : Promise.resolve(null)
    const vfs = { ...anyStorage.get('vfs'), makeVolume }
    const gateway = createTestGateway(own, { storage: new Map([['vfs', vfs]]) as typeof anyStorage })
    const field = (name: string) =>
      `${name}: createVolume(input: { name: "${name}" }) { ... on Volume { id } }`
    const { data, errors } = await gateway.query(
      `mutation { ${field('one')} ${field('bad')} ${field('two')} }`,
    )
    expect(data).toEqual({ one: { id: '1v1' }, bad: null, two: { id: expect.stringMatching(/^1v/) } })
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['bad'], 'UNAVAILABLE']])
  })
})
