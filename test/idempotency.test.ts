import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
const volume = await make.volume()

const unique = () => crypto.randomUUID()
/** Each mutation on something it is accepted on: its whole input, of which no field comes twice. */
const calls: Record<string, () => Promise<Record<string, unknown>>> = {
  createVolume: async () => ({ name: unique(), description: unique(), path: unique() }),
  updateVolume: async () => ({ id: `1v${await make.volume()}`, name: unique(), description: unique() }),
  removeVolume: async () => ({ id: `1v${await make.volume()}` }),
  createSnapshot: async () => ({
    volumeId: `1v${await make.volume()}`,
    name: unique(),
    description: unique(),
  }),
  updateSnapshot: async () => ({
    id: `1s${await make.snapshot(volume)}`,
    name: unique(),
    description: unique(),
  }),
  backupSnapshot: async () => ({ id: `1s${await make.snapshot(volume)}` }),
  removeSnapshot: async () => ({ id: `1s${await make.snapshot(volume)}` }),
  removeBackup: async () => ({ id: `1b${await make.backup(volume, await make.snapshot(volume))}` }),
}

const send = (mutation: string, input: unknown, as = gateway) =>
  as.query(
    `mutation ($input: ${mutation.replace(/^./, (letter) => letter.toUpperCase())}Input!) { result: ${mutation}(input: $input) {
      __typename ... on Resource { id stateName } ... on InvalidInputError { code fieldName } ... on UserError { message } } }`,
    { input },
  )
const mutations = Object.keys(calls)
const inputOf = async (mutation: string) => (await calls[mutation]?.()) ?? {}
/** Every row that a mutation could have changed. */
const everything = async () => [
  ...(await database.client`
    select 'v' as kind, id, state, name, description from volume
    union all select 's', id, state, name, description from snapshot
    union all select 'b', id, state, name, description from backup order by 1, 2`),
]
const refusedKey = (code: string) => ({
  __typename: 'InvalidInputError',
  code,
  fieldName: 'idempotencyKey',
  message: expect.any(String),
})

describe('a key', () => {
  it.each(
    mutations,
  )('makes %s happen once, and replays it with the resource as it is now', async (mutation) => {
    const input = { ...(await inputOf(mutation)), idempotencyKey: `key of ${mutation}` }
    const first = await send(mutation, input)
    expect(first.errors).toBeUndefined()
    expect(first.data.result).toHaveProperty('id')
    expect(first.extensions).toBeUndefined()
    // Whatever has happened since does not matter: not even that it would not be accepted any more.
    const { id } = first.data.result
    const table = { v: 'volume', s: 'snapshot', b: 'backup' }[id[1] as 'v' | 's' | 'b']
    await database.client`update ${database.client(table)} set state = 'removed', removed = now(), transitioning = 'no' where id = ${id.slice(2)}`
    const before = await everything()
    const again = await send(mutation, input)
    expect(again.data.result).toEqual({ ...first.data.result, stateName: 'removed' })
    expect(again.extensions).toEqual({ idempotentReplay: true })
    expect(await everything()).toEqual(before)
  })

  it.each(
    mutations,
  )('that %s used is refused for another input and another mutation, which do nothing', async (mutation) => {
    const idempotencyKey = `used by ${mutation}`
    const input = { ...(await inputOf(mutation)), idempotencyKey }
    expect((await send(mutation, input)).data.result).toHaveProperty('id')
    for (const other of mutations) {
      const attempt = { ...(await inputOf(other)), idempotencyKey }
      const before = await everything()
      expect((await send(other, attempt)).data.result).toEqual(refusedKey('IDEMPOTENCY_KEY_REUSED'))
      expect(await everything()).toEqual(before)
    }
    expect((await send(mutation, input)).extensions).toEqual({ idempotentReplay: true })
  })

  const families = [
    ['updateSnapshot', 'backupSnapshot', 'removeSnapshot'],
    ['updateVolume', 'removeVolume'],
  ]
  const pairs = families.flatMap((family) =>
    family.flatMap((one) => family.filter((other) => other !== one).map((other) => [one, other] as const)),
  )
  it.each(pairs)('that %s used is refused for %s with the very same input', async (one, other) => {
    const { id } = await inputOf(one)
    const input = { id, idempotencyKey: `${one}, then ${other}` }
    expect((await send(one, input)).data.result).toHaveProperty('id')
    expect((await send(other, input)).data.result).toEqual(refusedKey('IDEMPOTENCY_KEY_REUSED'))
  })

  it.each(mutations)('that %s used is refused where any one field differs', async (mutation) => {
    const input = { ...(await inputOf(mutation)), idempotencyKey: `fields of ${mutation}` }
    expect((await send(mutation, input)).data.result).toHaveProperty('id')
    for (const [field, value] of Object.entries(await inputOf(mutation))) {
      const { result } = (await send(mutation, { ...input, [field]: value })).data
      expect([field, result]).toEqual([field, refusedKey('IDEMPOTENCY_KEY_REUSED')])
    }
  })

  it('takes null and left out for the same in a create, not in an update', async () => {
    const create = { volumeId: `1v${volume}`, idempotencyKey: 'nulls' }
    await send('createSnapshot', create)
    expect((await send('createSnapshot', { ...create, name: null, description: null })).extensions).toEqual({
      idempotentReplay: true,
    })
    const update = { id: `1s${await make.snapshot(volume)}`, idempotencyKey: 'nulls of an update' }
    await send('updateSnapshot', update)
    expect((await send('updateSnapshot', { ...update, name: null })).data.result).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
  })

  it('is forgotten after 24 hours', async () => {
    const input = { volumeId: `1v${volume}`, idempotencyKey: 'old' }
    const first = await send('createSnapshot', input)
    await database.client`update idempotency_key set created = now() - interval '23 hours 59 minutes' where key = 'old'`
    expect((await send('createSnapshot', input)).extensions).toEqual({ idempotentReplay: true })
    await database.client`update idempotency_key set created = now() - interval '24 hours 1 minute' where key = 'old'`
    const later = await send('createSnapshot', { ...input, name: 'another input too' })
    expect(later.extensions).toBeUndefined()
    expect(later.data.result.id).not.toBe(first.data.result.id)
  })

  it('of a refused call is free again', async () => {
    const id = `1s${await make.snapshot(volume, { state: 'removing', transitioning: 'yes' })}`
    expect((await send('removeSnapshot', { id, idempotencyKey: 'refused' })).data.result.__typename).toBe(
      'ActionNotAvailableError',
    )
    expect(
      (await send('createSnapshot', { volumeId: '1v999', idempotencyKey: 'refused' })).data.result.code,
    ).toBe('INVALID_REFERENCE')
    const accepted = await send('createSnapshot', { volumeId: `1v${volume}`, idempotencyKey: 'refused' })
    expect(accepted.data.result.__typename).toBe('Snapshot')
  })

  it.each(mutations)('of %s has 1 to 255 characters that the database can keep', async (mutation) => {
    const input = await inputOf(mutation)
    const before = await everything()
    for (const [idempotencyKey, code] of [
      ['', 'MIN_LENGTH_EXCEEDED'],
      ['x'.repeat(256), 'MAX_LENGTH_EXCEEDED'],
      ['😀'.repeat(256), 'MAX_LENGTH_EXCEEDED'],
      ['\0', 'INVALID_CHARACTERS'],
      ['a\ud83d', 'INVALID_CHARACTERS'],
    ] as const)
      expect([code, (await send(mutation, { ...input, idempotencyKey })).data.result]).toEqual([
        code,
        refusedKey(code),
      ])
    expect(await everything()).toEqual(before)
    // Nothing is trimmed: these are keys of their own for each mutation.
    const longest = { ...input, idempotencyKey: `${mutation} \t`.padEnd(255, ' ') }
    expect((await send(mutation, longest)).data.result).toHaveProperty('id')
    expect((await send(mutation, longest)).extensions).toEqual({ idempotentReplay: true })
    const points = {
      ...(await inputOf(mutation)),
      idempotencyKey: `${'😀'.repeat(254)}${mutations.indexOf(mutation)}`,
    }
    expect((await send(mutation, points)).data.result).toHaveProperty('id')
  })

  it('is the account’s own', async () => {
    await database.client`insert into account (name, volumes_root) values ('other', 'other')`
    const other = gateway.as('ADMIN', 2n)
    const theirs = await make.volume({ account_id: 2 })
    const key = { idempotencyKey: 'shared' }
    const mine = await send('createSnapshot', { volumeId: `1v${volume}`, ...key })
    const their = await send('createSnapshot', { volumeId: `1v${theirs}`, ...key }, other)
    expect([mine.extensions, their.extensions]).toEqual([undefined, undefined])
  })

  it('is looked at only after the role', async () => {
    const input = { id: `1v${await make.volume()}`, idempotencyKey: 'admin' }
    await send('removeVolume', input)
    const answer = await send('removeVolume', input, gateway.as('OPERATOR'))
    expect(answer.errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN'])
  })
})
