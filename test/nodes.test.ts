import { expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
await database.client`insert into account (name, volumes_root) values (null, 'other')`
const make = rowMaker(database)

/** One of each type in an account, with what the common fields of each say. */
async function oneOfEach(account: bigint) {
  const account_id = String(account)
  const common = { account_id, created: '2026-01-02T03:04:05.000006Z', description: 'd' }
  const uuids = { volume: crypto.randomUUID(), snapshot: crypto.randomUUID(), backup: crypto.randomUUID() }
  const volume = await make.volume({ ...common, name: 'n', uuid: uuids.volume })
  const snapshot = await make.snapshot(volume, { ...common, name: 'n', uuid: uuids.snapshot })
  const backup = await make.backup(volume, snapshot, { ...common, name: 'n', uuid: uuids.backup })
  const said = (kind: keyof typeof uuids, id: string, stateName: string) => ({
    __typename: kind.replace(/^./, (letter) => letter.toUpperCase()),
    id,
    uuid: uuids[kind],
    kind,
    name: 'n',
    description: 'd',
    accountId: `1a${account}`,
    created: common.created,
    removed: false,
    removeTime: null,
    transitioning: 'NO',
    transitioningMessage: null,
    transitioningProgress: null,
    stateName,
  })
  return [
    said('volume', `1v${volume}`, 'active'),
    said('snapshot', `1s${snapshot}`, 'created'),
    said('backup', `1b${backup}`, 'created'),
  ]
}

const fields = `id uuid kind name description accountId created removed removeTime transitioning transitioningMessage
  transitioningProgress stateName`
const document = `query ($id: ID!) { node(id: $id) { __typename ... on Resource { ${fields} } ... on Account { id name } } }`

it.each([
  1n,
  2n,
])('node(id) gives every type of resource with its common fields, in account %s', async (account) => {
  const gateway = createTestGateway(database).as('ADMIN', account)
  const all = await oneOfEach(account)
  for (const resource of all) {
    expect(await gateway.data(document, { id: resource.id })).toEqual({ node: resource })
    // Its own field says the same, and takes no id of another type.
    const own = `query ($id: ID!) { node: ${resource.kind}(id: $id) { __typename ${fields} } }`
    expect(await gateway.data(own, { id: resource.id })).toEqual({ node: resource })
    for (const { id } of all.filter((other) => other !== resource))
      expect(await gateway.data(own, { id })).toEqual({ node: null })
  }
})

it.each([
  [1n, 'default'],
  [2n, null],
])('node(id) gives the account of the caller and no other: account %s, named %o', async (account, name) => {
  const gateway = createTestGateway(database).as('VIEWER', account)
  const own = { __typename: 'Account', id: `1a${account}`, name }
  expect(await gateway.data(document, { id: own.id })).toEqual({ node: own })
  expect(await gateway.data('{ viewer { account { __typename id name } } }')).toEqual({
    viewer: { account: own },
  })
  for (const other of [1n, 2n, 3n].filter((id) => id !== account))
    expect(await gateway.data(document, { id: `1a${other}` })).toEqual({ node: null })
})
