import { expect, it } from 'vitest'
import { connect } from '../src/database/database.ts'
import { StorageError } from '../src/storage/driver.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()

it('storage that hangs holds up who waits for it, and nobody else', async () => {
  const narrow = connect(database.address, { pool: 2, statementTimeout: 1 })
  const late = new StorageError('TIMED_OUT', 'the storage does not answer in time', { retryable: true })
  const calls: ((error: Error) => void)[] = []
  const vfs = anyStorage.get('vfs')
  if (!vfs) throw new Error('unreachable')
  const makeVolume = () => new Promise<null>((_, reject) => calls.push(reject))
  const gateway = createTestGateway(
    { ...database, ...narrow },
    { storage: new Map([['vfs', { ...vfs, makeVolume }]]) },
  )
  const create = (name: string, key: string | null = null) =>
    gateway.query(
      `mutation ($name: String!, $key: String) { createVolume(input: { name: $name, idempotencyKey: $key }) { __typename } }`,
      { name, key },
    )
  await database.client`insert into volume (account_id, name, state, transitioning, driver, path)
    values (1, 'there', 'active', 'no', 'vfs', 'there')`

  const waiting = [create('a'), create('b'), create('c', 'key'), create('c', 'key')]
  await eventually(() => expect(calls).toHaveLength(4))
  expect((await gateway.data('{ volumes { totalCount } }')).volumes).toEqual({ totalCount: 1 })
  const rename = 'mutation { updateVolume(input: { id: "1v1", name: "renamed" }) { __typename } }'
  expect(await gateway.data(rename)).toEqual({ updateVolume: { __typename: 'Volume' } })

  for (const reject of calls) reject(late)
  for (const answer of await Promise.all(waiting))
    expect(answer).toMatchObject({
      status: 503,
      data: { createVolume: null },
      errors: [
        {
          message: 'the storage cannot do this now: the storage does not answer in time',
          extensions: { code: 'UNAVAILABLE' },
        },
      ],
    })
  expect(await database.client`select 1 from volume`).toHaveLength(1)
  expect(await database.client`select 1 from idempotency_key`).toHaveLength(0)
  await narrow.close()
})
