import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
const volume = await make.volume()

type Input = Record<string, unknown>
const typeOf = (mutation: string) => `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`
const selectionOf = (mutation: string) =>
  `__typename ... on ${mutation.endsWith('Volume') ? 'Volume' : 'Snapshot'} { name description } ... on InvalidInputError { code fieldName }`

/** The ways in which a client can write an input; an optional field is a value, null, or absent. */
const ways: Record<string, (mutation: string, input: Input, optional: string) => Promise<Input>> = {
  'as a literal': async (mutation, input) => {
    const literal = Object.entries(input).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    return (
      await gateway.data(
        `mutation { result: ${mutation}(input: { ${literal.join(', ')} }) { ${selectionOf(mutation)} } }`,
      )
    ).result
  },
  'as a variable': async (mutation, input) =>
    (
      await gateway.data(
        `mutation ($input: ${typeOf(mutation)}) { result: ${mutation}(input: $input) { ${selectionOf(mutation)} } }`,
        { input },
      )
    ).result,
  'with a variable inside': async (mutation, input, optional) => {
    const { [optional]: value, ...rest } = input
    const fixed = Object.entries(rest).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    const document = `mutation ($value: String) { result: ${mutation}(input: { ${fixed.join(', ')}, ${optional}: $value }) { ${selectionOf(mutation)} } }`
    return (await gateway.data(document, optional in input ? { value } : {})).result
  },
}

describe.each(Object.entries(ways))('an input %s', (_, send) => {
  it.each([
    'name',
    'description',
  ])('leaves a snapshot’s %s alone where it is left out, and clears it where it is null', async (field) => {
    const id = `1s${await make.snapshot(volume, { name: 'n', description: 'd' })}`
    const unchanged = { __typename: 'Snapshot', name: 'n', description: 'd' }
    expect(await send('updateSnapshot', { id }, field)).toEqual(unchanged)
    expect(await send('updateSnapshot', { id, [field]: null }, field)).toEqual({
      ...unchanged,
      [field]: null,
    })
    expect(await send('updateSnapshot', { id, [field]: 'new' }, field)).toEqual({
      ...unchanged,
      [field]: 'new',
    })
  })

  it('leaves a volume’s fields alone where they are left out; its name cannot be null', async () => {
    const name = crypto.randomUUID()
    const id = `1v${await make.volume({ name, description: 'd' })}`
    const unchanged = { __typename: 'Volume', name, description: 'd' }
    expect(await send('updateVolume', { id }, 'name')).toEqual(unchanged)
    expect(await send('updateVolume', { id }, 'description')).toEqual(unchanged)
    expect(await send('updateVolume', { id, description: null }, 'description')).toEqual({
      ...unchanged,
      description: null,
    })
    expect(await send('updateVolume', { id, name: null }, 'name')).toEqual({
      __typename: 'InvalidInputError',
      code: 'NOT_NULLABLE',
      fieldName: 'name',
    })
  })

  it.each([
    'name',
    'description',
  ])('makes no difference between null and nothing in a new snapshot’s %s', async (field) => {
    const made = { __typename: 'Snapshot', name: null, description: null }
    expect(await send('createSnapshot', { volumeId: `1v${volume}` }, field)).toEqual(made)
    expect(await send('createSnapshot', { volumeId: `1v${volume}`, [field]: null }, field)).toEqual(made)
  })

  it.each([
    'description',
    'driver',
    'path',
  ])('makes no difference between null and nothing in a new volume’s %s', async (field) => {
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()]
    expect(await send('createVolume', { name: one }, field)).toMatchObject({ name: one, description: null })
    expect(await send('createVolume', { name: two, [field]: null }, field)).toMatchObject({
      name: two,
      description: null,
    })
  })

  it.each(['backupSnapshot', 'removeSnapshot'])('of %s takes a null key for none', async (mutation) => {
    const id = () => make.snapshot(volume).then((id) => `1s${id}`)
    expect(await send(mutation, { id: await id() }, 'idempotencyKey')).toMatchObject({
      __typename: 'Snapshot',
    })
    expect(await send(mutation, { id: await id(), idempotencyKey: null }, 'idempotencyKey')).toMatchObject({
      __typename: 'Snapshot',
    })
  })
})

describe('a new volume', () => {
  const create = async (input: Input) => ways['as a variable']?.('createVolume', input, '')
  it.each([
    ['', 'MIN_LENGTH_EXCEEDED'],
    ['x'.repeat(256), 'MAX_LENGTH_EXCEEDED'],
    ['a\0b', 'INVALID_CHARACTERS'],
    ['a\ud800', 'INVALID_CHARACTERS'],
  ])('whose name is at fault has that one problem: no place is looked at (%j)', async (name, code) => {
    const { result } = await gateway.data(
      'mutation ($input: CreateVolumeInput!) { result: createVolume(input: $input) { ... on InvalidInputError { problems { fieldName code } } } }',
      { input: { name } },
    )
    expect(result.problems).toEqual([{ fieldName: 'name', code }])
  })

  it('has a path that the database and the system hold', async () => {
    const long = (parts: number) =>
      Array.from({ length: parts }, () => randomBytes(100).toString('hex')).join('/')
    expect(await create({ name: 'long', path: long(5) })).toMatchObject({ __typename: 'Volume' })
    expect(await create({ name: 'longer', path: long(6) })).toMatchObject({
      code: 'INVALID_FORMAT',
      fieldName: 'path',
    })
  })

  it('has a name of its own among those that are not removed', async () => {
    await make.volume({ name: 'taken', path: 'elsewhere' })
    await make.volume({ name: 'free', state: 'removed' })
    expect(await create({ name: 'taken' })).toMatchObject({ code: 'NOT_UNIQUE', fieldName: 'name' })
    expect(await create({ name: 'free' })).toMatchObject({ __typename: 'Volume' })
  })

  it.each([
    ['apps', 'apps'],
    ['apps/db', 'apps'],
    ['apps', 'apps/db'],
  ])('at %s shares no directory with one at %s', async (path, other) => {
    await database.client`update volume set state = 'removed', removed = now() where path like 'apps%'`
    await make.volume({ path: other })
    expect(await create({ name: crypto.randomUUID(), path })).toMatchObject({
      code: 'NOT_UNIQUE',
      fieldName: 'path',
    })
    expect(await create({ name: crypto.randomUUID(), path: `${path.split('/')[0]}2` })).toMatchObject({
      __typename: 'Volume',
    })
  })

  it('stands nowhere near the root of another account', async () => {
    await database.client`insert into account (name, volumes_root) values ('other', 'tenants/other')`
    for (const path of ['tenants', 'tenants/other', 'tenants/other/db'])
      expect(await create({ name: crypto.randomUUID(), path })).toMatchObject({
        code: 'INVALID_FORMAT',
        fieldName: 'path',
      })
    expect(await create({ name: crypto.randomUUID(), path: 'tenants/others' })).toMatchObject({
      __typename: 'Volume',
    })
  })

  it.each([
    'a/b',
    '..',
    '.',
    '日'.repeat(86),
  ])('whose name cannot be a directory’s needs a path: %s', async (name) => {
    expect(await create({ name })).toMatchObject({ code: 'INVALID_FORMAT', fieldName: 'path' })
    expect(await create({ name, path: crypto.randomUUID() })).toMatchObject({ __typename: 'Volume', name })
  })
})

describe('a change of a volume', () => {
  const update = async (input: Input) => {
    const { result } = await gateway.data(
      `mutation ($input: UpdateVolumeInput!) { result: updateVolume(input: $input) {
        __typename ... on InvalidInputError { problems { fieldName code } } ... on UserError { code } } }`,
      { input },
    )
    return result
  }
  const tooLong = 'x'.repeat(1025)

  it('tells every problem at once, a name that is taken too', async () => {
    await make.volume({ name: 'kept' })
    const id = `1v${await make.volume()}`
    const key = crypto.randomUUID()
    expect(await update({ id, description: 'd', idempotencyKey: key })).toMatchObject({
      __typename: 'Volume',
    })
    // The key belongs to another input, but a call whose text is at fault does not look at it.
    for (const idempotencyKey of ['', key])
      expect((await update({ idempotencyKey, description: tooLong, name: 'kept', id })).problems).toEqual([
        { fieldName: 'name', code: 'NOT_UNIQUE' },
        { fieldName: 'description', code: 'MAX_LENGTH_EXCEEDED' },
        ...(idempotencyKey === '' ? [{ fieldName: 'idempotencyKey', code: 'MIN_LENGTH_EXCEEDED' }] : []),
      ])
  })

  it('is refused for its text before its id, and for its id before its name', async () => {
    await make.volume({ name: 'held' })
    const removed = `1v${await make.volume({ state: 'removed' })}`
    for (const id of [removed, '1v999', 'nothing']) {
      expect((await update({ id, name: 'held', description: tooLong })).problems).toEqual([
        { fieldName: 'description', code: 'MAX_LENGTH_EXCEEDED' },
      ])
      expect(await update({ id, name: 'held' })).toEqual(
        id === removed
          ? { __typename: 'ActionNotAvailableError', code: 'ACTION_NOT_AVAILABLE' }
          : { __typename: 'NotFoundError', code: 'NOT_FOUND' },
      )
    }
  })
})
