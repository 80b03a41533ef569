import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
const volume = await make.volume()

/** Each mutation on something it is accepted on: its input, and what else to read of the answer. */
const calls: Record<string, () => Promise<Record<string, unknown>>> = {
  createVolume: async () => ({ name: `new-${crypto.randomUUID()}` }),
  updateVolume: async () => ({ id: `1v${await make.volume()}`, description: 'new' }),
  removeVolume: async () => ({ id: `1v${await make.volume()}` }),
  createSnapshot: async () => ({ volumeId: `1v${volume}` }),
  updateSnapshot: async () => ({ id: `1s${await make.snapshot(volume)}`, name: 'new' }),
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
const rows = async () => {
  const [row] =
    await database.client`select (select count(*) from volume) + (select count(*) from snapshot) as count`
  return Number(row?.count)
}

describe('a key', () => {
  it.each(
    Object.keys(calls),
  )('makes %s happen once, and replays it with the resource as it is now', async (mutation) => {
    const input = { ...(await calls[mutation]?.()), idempotencyKey: `key of ${mutation}` }
    const first = await send(mutation, input)
    expect(first.errors).toBeUndefined()
    expect(first.data.result).toHaveProperty('id')
    expect(first.extensions).toBeUndefined()
    // Whatever has happened since does not matter: not even that it would not be accepted any more.
    const { id } = first.data.result
    const [table, state] =
      id[1] === 'v' ? ['volume', 'removed'] : id[1] === 's' ? ['snapshot', 'removed'] : ['backup', 'removed']
    await database.client`update ${database.client(table as string)} set state = ${state as string}, removed = now(), transitioning = 'no' where id = ${id.slice(2)}`
    const before = await rows()
    const again = await send(mutation, input)
    expect(again.data.result).toEqual({ ...first.data.result, stateName: 'removed' })
    expect(again.extensions).toEqual({ idempotentReplay: true })
    expect(await rows()).toBe(before)
  })

  it('that was used for another mutation or input is refused', async () => {
    const reused = {
      __typename: 'InvalidInputError',
      code: 'IDEMPOTENCY_KEY_REUSED',
      fieldName: 'idempotencyKey',
      message: expect.any(String),
    }
    const input = { volumeId: `1v${volume}`, name: 'a', idempotencyKey: 'used' }
    await send('createSnapshot', input)
    expect((await send('createSnapshot', { ...input, name: 'b' })).data.result).toEqual(reused)
    expect((await send('createSnapshot', { ...input, description: '' })).data.result).toEqual(reused)
    expect((await send('createVolume', { name: 'a', idempotencyKey: 'used' })).data.result).toEqual(reused)
    expect((await send('createSnapshot', input)).extensions).toEqual({ idempotentReplay: true })
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

  it('has 1 to 255 characters', async () => {
    const codes = async (idempotencyKey: string) =>
      (await send('createSnapshot', { volumeId: `1v${volume}`, idempotencyKey })).data.result.code
    expect(await codes('')).toBe('MIN_LENGTH_EXCEEDED')
    expect(await codes('x'.repeat(256))).toBe('MAX_LENGTH_EXCEEDED')
    expect(await codes('😀'.repeat(255))).toBeUndefined()
    expect(await codes('\u0000')).toBe('INVALID_CHARACTERS')
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
