import { afterAll, describe, expect, it } from 'vitest'
import { authenticateKeys } from '../src/auth/keys/authenticate-keys.ts'
import { schema } from '../src/graphql/schema.ts'
import type { Role } from '../src/resources/roles.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { basic, makeKey } from './support/keys.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const { authenticate, close } = await authenticateKeys(database)
afterAll(close)
const headers = Object.fromEntries(
  await Promise.all(
    (['VIEWER', 'OPERATOR', 'ADMIN'] as const).map(async (role) => [
      role,
      { authorization: basic(await makeKey(database, role)) },
    ]),
  ),
)
/** The gateway, to whoever has a key of this role. */
const gatewayAs = (role: Role) => createTestGateway(database, { authenticate, headers: headers[role] })
const make = rowMaker(database)
const volume = await make.volume()

const snapshot = async () => ({ id: `1s${await make.snapshot(volume)}` })
const free = async () => ({ id: `1v${await make.volume()}` })
const backup = async () => ({ id: `1b${await make.backup(volume, await make.snapshot(volume))}` })
/** Every mutation: the role that it needs, what it is accepted on, and what it answers with. */
const mutations = [
  ['createSnapshot', 'OPERATOR', async () => ({ volumeId: `1v${volume}` }), 'Snapshot'],
  ['updateSnapshot', 'OPERATOR', snapshot, 'Snapshot'],
  ['backupSnapshot', 'OPERATOR', snapshot, 'Snapshot'],
  ['removeSnapshot', 'OPERATOR', snapshot, 'Snapshot'],
  ['createVolume', 'ADMIN', async () => ({ name: crypto.randomUUID() }), 'Volume'],
  ['updateVolume', 'ADMIN', free, 'Volume'],
  ['removeVolume', 'ADMIN', free, 'Volume'],
  ['removeBackup', 'ADMIN', backup, 'Backup'],
] as const
const roles = ['VIEWER', 'OPERATOR', 'ADMIN'] as const
const cases = mutations.flatMap(([mutation, needed, input, type]) =>
  roles.map((role) => ({
    mutation,
    needed,
    input,
    type,
    role,
    allowed: roles.indexOf(role) >= roles.indexOf(needed),
  })),
)
const everything = async () => [
  ...(await database.client`
    select 'v' as kind, id, state from volume union all select 's', id, state from snapshot
    union all select 'b', id, state from backup order by 1, 2`),
]

it('every mutation has its line here', () => {
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual(
    mutations.map(([mutation]) => mutation).sort(),
  )
})

describe('a role', () => {
  it.each(cases)('$role may $mutation: $allowed', async ({
    mutation,
    needed,
    input,
    type,
    role,
    allowed,
  }) => {
    const document = `mutation ($input: ${mutation.replace(/^./, (letter) => letter.toUpperCase())}Input!) {
      result: ${mutation}(input: $input) { __typename } }`
    const values = await input()
    const before = await everything()
    const { status, data, errors } = await gatewayAs(role).query(document, { input: values })
    expect(status).toBe(200)
    if (allowed) {
      expect([data, errors]).toEqual([{ result: { __typename: type } }, undefined])
      return
    }
    expect(data).toEqual({ result: null })
    const message = `this needs the role ${needed}`
    const extensions = { code: 'FORBIDDEN' }
    expect(errors).toEqual([{ message, path: ['result'], locations: expect.any(Array), extensions }])
    expect(await everything()).toEqual(before)
  })

  it('is asked for before anything else: input, id and key do not matter', async () => {
    for (const [mutation] of mutations) {
      const input =
        mutation === 'createSnapshot' ? 'volumeId: ""' : mutation === 'createVolume' ? 'name: ""' : 'id: ""'
      const { errors } = await gatewayAs('VIEWER').query(
        `mutation { ${mutation}(input: { ${input}, idempotencyKey: "" }) { __typename } }`,
      )
      expect([mutation, errors?.map((error) => error.extensions.code)]).toEqual([mutation, ['FORBIDDEN']])
    }
  })

  const actions: Record<string, string[]> = {
    snapshot: ['UPDATE', 'BACKUP', 'REMOVE'],
    volume: ['UPDATE', 'REMOVE'],
    backup: ['REMOVE'],
  }
  const announced = roles.flatMap((role) => Object.keys(actions).map((kind) => ({ role, kind })))
  it.each(announced)('$role is told the same beforehand, by the actions of a $kind', async ({
    role,
    kind,
  }) => {
    const { id } = await { snapshot, volume: free, backup }[kind as 'snapshot']()
    const needed = kind === 'snapshot' ? 'OPERATOR' : 'ADMIN'
    const refused = { available: false, code: 'FORBIDDEN', reason: `this needs the role ${needed}` }
    const status =
      roles.indexOf(role) < roles.indexOf(needed) ? refused : { available: true, code: null, reason: null }
    const query = `{ node(id: "${id}") { ... on Resource { actions { action available code reason } } } }`
    expect(await gatewayAs(role).data(query)).toEqual({
      node: { actions: actions[kind]?.map((action) => ({ action, ...status })) },
    })
  })

  it('that does not suffice is the reason, also where the state does not either', async () => {
    const id = await make.snapshot(volume, { state: 'removed' })
    const reason = 'this needs the role OPERATOR'
    const { snapshot } = await gatewayAs('VIEWER').data(
      `{ snapshot(id: "1s${id}") { actions { code reason } } }`,
    )
    expect(snapshot.actions).toEqual(Array(3).fill({ code: 'FORBIDDEN', reason }))
  })

  it.each(roles)('%s reads everything, and is told who it is', async (role) => {
    const [{ id: one }, { id: two }, { id: three }] = [await snapshot(), await free(), await backup()]
    const { nodes, viewer } = await gatewayAs(role).data(
      `{ nodes(ids: ["${one}", "${two}", "${three}"]) { id } viewer { role account { id } } }`,
    )
    expect(nodes).toEqual([{ id: one }, { id: two }, { id: three }])
    expect(viewer).toEqual({ role, account: { id: '1a1' } })
  })
})
