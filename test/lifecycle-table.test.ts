import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

// The table of docs/semantics.md once more, written out: where each action is accepted, and what it makes of the row.
const transitionings = ['no', 'yes', 'error']
const anywhere = (states: string[]) => states.flatMap((state) => transitionings.map((t) => `${state} ${t}`))
const table = {
  snapshot: {
    states: ['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed'],
    actions: {
      update: { from: anywhere(['requested', 'creating', 'created', 'backing-up', 'backed-up']), to: null },
      backup: { from: ['created no', 'created error'], to: 'backing-up yes' },
      remove: {
        from: [
          ...anywhere(['requested', 'creating', 'created', 'backing-up', 'backed-up']),
          'removing error',
        ],
        to: 'removing yes',
      },
    },
  },
  volume: {
    states: ['active', 'removed'],
    actions: { update: { from: ['active no'], to: null }, remove: { from: ['active no'], to: 'removed no' } },
  },
  backup: {
    states: ['created', 'removing', 'removed'],
    actions: { remove: { from: [...anywhere(['created']), 'removing error'], to: 'removing yes' } },
  },
} as const

const mutations: Record<string, string> = {
  'snapshot update': 'updateSnapshot',
  'snapshot backup': 'backupSnapshot',
  'snapshot remove': 'removeSnapshot',
  'volume update': 'updateVolume',
  'volume remove': 'removeVolume',
  'backup remove': 'removeBackup',
}

const volume = await make.volume()
/** A row in a standing, and its id. */
async function rowIn(kind: string, state: string, transitioning: string): Promise<string> {
  const values = { state, transitioning, ...(kind === 'volume' ? {} : { transitioning_message: 'why' }) }
  if (kind === 'volume') return `1v${await make.volume(values)}`
  const snapshot = await make.snapshot(volume, kind === 'snapshot' ? values : {})
  return kind === 'snapshot' ? `1s${snapshot}` : `1b${await make.backup(volume, snapshot, values)}`
}

const fields =
  '__typename id stateName transitioning transitioningMessage actions { action available code reason }'
const read = async (id: string) =>
  (await gateway.data(`{ node(id: "${id}") { ... on Resource { ${fields} } } }`)).node

const cases = Object.entries(table).flatMap(([kind, { states, actions }]) =>
  Object.entries(actions).flatMap(([action, { from, to }]) =>
    states.flatMap((state) =>
      (kind === 'volume' || state === 'removed' ? ['no'] : transitionings).map((transitioning) => ({
        kind,
        action,
        state,
        transitioning,
        accepted: (from as readonly string[]).includes(`${state} ${transitioning}`),
        to,
      })),
    ),
  ),
)

describe('every action in every standing', () => {
  it.each(cases)('$kind in $state, transitioning $transitioning: $action accepted: $accepted', async ({
    kind,
    action,
    state,
    transitioning,
    accepted,
    to,
  }) => {
    const id = await rowIn(kind, state, transitioning)
    const before = await read(id)
    const enumValue = action.toUpperCase()
    // What `actions` says beforehand is what the mutation does.
    const announced = before.actions.find((one: { action: string }) => one.action === enumValue)
    expect(announced).toEqual(
      accepted
        ? { action: enumValue, available: true, code: null, reason: null }
        : { action: enumValue, available: false, code: 'ACTION_NOT_AVAILABLE', reason: expect.any(String) },
    )
    const mutation = mutations[`${kind} ${action}`]
    const input = action === 'update' ? `{ id: "${id}", description: "new" }` : `{ id: "${id}" }`
    const answer = await gateway.data(`mutation { result: ${mutation}(input: ${input}) {
      __typename
      ... on Resource { ${fields} }
      ... on ActionNotAvailableError { code message action resource { ${fields} } }
    } }`)
    if (!accepted) {
      expect(answer.result).toEqual({
        __typename: 'ActionNotAvailableError',
        code: 'ACTION_NOT_AVAILABLE',
        message: announced.reason,
        action: enumValue,
        resource: before,
      })
      expect(await read(id)).toEqual(before)
      return
    }
    const after = await read(id)
    expect(answer.result).toEqual(after)
    if (to === null) {
      // An update changes where a resource stands in nothing, not even its last error.
      expect(after).toEqual(before)
      return
    }
    const [toState, toTransitioning] = to.split(' ')
    expect(after).toMatchObject({
      stateName: toState,
      transitioning: toTransitioning?.toUpperCase(),
      transitioningMessage: toTransitioning === 'yes' ? 'Waiting for a worker' : null,
    })
  })

  it('is about 80 cases', () => expect(cases.length).toBe(19 * 3 + 2 * 2 + 7))
})

describe('ids', () => {
  it.each(
    Object.values(mutations),
  )('of another type, or of nothing, are not found by %s', async (mutation) => {
    const snapshot = await rowIn('snapshot', 'created', 'no')
    const other = mutation.endsWith('Snapshot') ? '1v1' : snapshot
    for (const id of [other, '1s999', '1v999', '1b999', '1a1', '', 'x', '1s1\\u0000']) {
      const { result } = await gateway.data(
        `mutation { result: ${mutation}(input: { id: "${id}" }) { ... on NotFoundError { code id } ... on UserError { __typename } } }`,
      )
      expect(result).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', id: JSON.parse(`"${id}"`) })
    }
  })
})

describe('a removed resource', () => {
  it('leaves the lists and stays readable by its id, when it is removed, not before', async () => {
    const removing = await rowIn('snapshot', 'removing', 'yes')
    const removed = await rowIn('snapshot', 'removed', 'no')
    const { snapshots, a, b } = await gateway.data(`{ snapshots(first: 100) { nodes { id } }
      a: snapshot(id: "${removing}") { removed removeTime } b: snapshot(id: "${removed}") { removed removeTime volume { id } } }`)
    const ids = snapshots.nodes.map((node: { id: string }) => node.id)
    expect([ids.includes(removing), ids.includes(removed)]).toEqual([true, false])
    expect(a).toEqual({ removed: false, removeTime: null })
    expect(b).toEqual({ removed: true, removeTime: '2026-01-01T00:00:00.000000Z', volume: { id: '1v1' } })
  })
})

describe('removing a backup', () => {
  it('makes its snapshot created again at once, and leaves it alone where another copy backs it', async () => {
    const uuid = crypto.randomUUID()
    const snapshot = await make.snapshot(volume, { state: 'backed-up', backup_uuid: uuid })
    const backup = await make.backup(volume, snapshot, { uuid })
    const answer = await gateway.data(`mutation { removeBackup(input: { id: "1b${backup}" }) {
      ... on Backup { state transitioning snapshot { state transitioning backup { id } } } } }`)
    expect(answer.removeBackup).toEqual({
      state: 'REMOVING',
      transitioning: 'YES',
      snapshot: { state: 'CREATED', transitioning: 'NO', backup: null },
    })
    const other = await make.snapshot(volume, { state: 'backed-up', backup_uuid: crypto.randomUUID() })
    const failed = await make.backup(volume, other, { state: 'removing', transitioning: 'error' })
    const again = await gateway.data(
      `mutation { removeBackup(input: { id: "1b${failed}" }) { ... on Backup { snapshot { state } } } }`,
    )
    expect(again.removeBackup.snapshot.state).toBe('BACKED_UP')
  })

  it('is possible for the last copy, when snapshot and volume are gone', async () => {
    const gone = await make.volume({ state: 'removed' })
    const snapshot = await make.snapshot(gone, { state: 'removed' })
    const backup = await make.backup(gone, snapshot)
    const answer = await gateway.data(
      `mutation { removeBackup(input: { id: "1b${backup}" }) { ... on Backup { state } } }`,
    )
    expect(answer.removeBackup).toEqual({ state: 'REMOVING' })
  })
})

describe('a volume', () => {
  it('with a snapshot that is not removed is not removed, and says so beforehand', async () => {
    const own = await make.volume()
    const snapshot = await make.snapshot(own, { state: 'removing', transitioning: 'yes' })
    const reason = 'the volume still has snapshots; remove them first'
    const ask = () =>
      gateway.data(
        `mutation { removeVolume(input: { id: "1v${own}" }) { ... on Volume { state } ... on UserError { message } } }`,
      )
    const { volume } = await gateway.data(
      `{ volume(id: "1v${own}") { actions { action available reason } } }`,
    )
    expect(volume.actions[1]).toEqual({ action: 'REMOVE', available: false, reason })
    expect((await ask()).removeVolume).toEqual({ message: reason })
    await database.client`update snapshot set state = 'removed', removed = now(), transitioning = 'no' where id = ${String(snapshot)}`
    expect((await ask()).removeVolume).toEqual({ state: 'REMOVED' })
  })
})
