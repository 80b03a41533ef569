import { describe, expect, it } from 'vitest'
import { createAccount } from '../src/accounts/create-account.ts'
import { AccountScope } from '../src/database/account-scope.ts'
import { InvalidInput } from '../src/resources/errors.ts'
import { createVolume } from '../src/volumes/create-volume.ts'
import { createTestDatabase } from './support/database.ts'
import { anyStorage } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const create = (name: string, volumesRoot: string, whyUnfit = async () => null as string | null) =>
  createAccount(database.handle, { name, volumesRoot }, whyUnfit)
const problems = async (...args: Parameters<typeof create>) => {
  try {
    await create(...args)
  } catch (error) {
    if (error instanceof InvalidInput)
      return error.problems.map(({ fieldName, code, message }) => [fieldName, code, message])
    throw error
  }
  return []
}
const ofRoot = (code: string, message: string) => [['volumesRoot', code, `volumes root: ${message}`]]

describe('an account', () => {
  it('has its volumes apart from those of others', async () => {
    const { id } = await create('shop', 'tenants/shop_%')
    const message = `must not be the same as, inside or around the root of account 1a${id}, tenants/shop_%`
    for (const root of ['tenants/shop_%', 'tenants/shop_%/x/y', 'tenants'])
      expect(await problems('x', root)).toEqual(ofRoot('NOT_UNIQUE', message))
    for (const root of ['tenants/shop_%2', 'tenants/shop', 'tenants/shopXX/y', 'shop_%'])
      await create(root, root)
  })

  it('has them apart from the volumes that account 1 has in VOLUMES_DIR itself, while they live', async () => {
    const volume = await make.volume({ path: 'apps/a_b' })
    const message = `must not be the same as, inside or around volume 1v${volume} of account 1a1, apps/a_b`
    for (const root of ['apps', 'apps/a_b', 'apps/a_b/c'])
      expect(await problems('x', root)).toEqual(ofRoot('NOT_UNIQUE', message))
    await create('apps', 'apps/aXb')
    await database.client`update volume set state = 'removed', removed = now() where id = ${String(volume)}`
    await create('apps too', 'apps/a_b')
  })

  it.each([
    ['/absolute', 'must be relative to VOLUMES_DIR'],
    ['', 'must not be empty or have empty parts'],
    ['a//b', 'must not be empty or have empty parts'],
    ['a/', 'must not be empty or have empty parts'],
    ['.', 'must not contain . as a part'],
    ['a/../b', 'must not contain .. as a part'],
    ['a\nb', 'must not contain control characters'],
    ['a\0b', 'must not contain control characters'],
    ['x'.repeat(256), 'must have parts of at most 255 bytes'],
  ])('has a root strictly below VOLUMES_DIR, not %j', async (root, message) => {
    expect(await problems('x', root)).toEqual(ofRoot('INVALID_FORMAT', message))
  })

  it('is told all that is wrong, also by the storage', async () => {
    await create('taken', 'taken')
    expect(await problems('taken', 'taken/x', async () => 'it is a file')).toEqual([
      ['name', 'NOT_UNIQUE', expect.stringMatching(/^name is that of account 1a\d+ already$/)],
      ['volumesRoot', 'INVALID_FORMAT', 'volumes root: it is a file'],
      ['volumesRoot', 'NOT_UNIQUE', expect.stringContaining(', taken')],
    ])
    expect(await problems('a\nb', 'free')).toEqual([
      ['name', 'INVALID_CHARACTERS', 'name must not contain control characters'],
    ])
  })

  it.each(
    Array.from({ length: 6 }, (_, round) => [round]),
  )('and a volume of account 1 in one place cannot both be made at the same time (%i)', async (round) => {
    const place = `race-${round}`
    const volume = createVolume(
      new AccountScope(database.handle, 1n),
      { name: place },
      { storage: anyStorage },
    )
    const account = create(place, `${place}/inside`)
    const again = create(`${place} again`, place)
    const made = (await Promise.allSettled([volume, account, again])).map(({ status }) => status)
    expect(made.filter((status) => status === 'fulfilled')).toHaveLength(1)
  })
})
