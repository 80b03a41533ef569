import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)

describe('the main job over the API', () => {
  it('makes a volume and accepts its snapshot at once', async () => {
    const { createVolume } = await gateway.data(`mutation {
      createVolume(input: { name: "db" }) { ... on Volume { id name state uri driver accountId kind stateName removed actions { action available } } ... on UserError { code message } }
    }`)
    expect(createVolume).toEqual({
      id: '1v1',
      name: 'db',
      state: 'ACTIVE',
      uri: 'file:///volumes/db',
      driver: 'vfs',
      accountId: '1a1',
      kind: 'volume',
      stateName: 'active',
      removed: false,
      actions: [
        { action: 'UPDATE', available: true },
        { action: 'REMOVE', available: true },
      ],
    })
    const { createSnapshot } = await gateway.data(
      `mutation ($input: CreateSnapshotInput!) {
        createSnapshot(input: $input) {
          ... on Snapshot {
            id kind name description state transitioning transitioningMessage transitioningProgress sizeBytes checksum
            managedVolumeUUID volumeId volume { id name } backup { id } created
            actions { action available code reason }
          }
          ... on UserError { code message }
        }
      }`,
      { input: { volumeId: createVolume.id, name: 'first' } },
    )
    expect(createSnapshot).toEqual({
      id: '1s1',
      kind: 'snapshot',
      name: 'first',
      description: null,
      state: 'REQUESTED',
      transitioning: 'YES',
      transitioningMessage: 'Waiting for a worker',
      transitioningProgress: 0,
      sizeBytes: null,
      checksum: null,
      managedVolumeUUID: null,
      volumeId: '1v1',
      volume: { id: '1v1', name: 'db' },
      backup: null,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      actions: [
        { action: 'UPDATE', available: true, code: null, reason: null },
        {
          action: 'BACKUP',
          available: false,
          code: 'ACTION_NOT_AVAILABLE',
          reason:
            'a snapshot in state REQUESTED (transitioning YES) cannot be backed up; allowed only in state CREATED',
        },
        { action: 'REMOVE', available: true, code: null, reason: null },
      ],
    })
  })

  it('reports every problem of an input, in its order, and writes nothing', async () => {
    const { createSnapshot } = await gateway.data(
      `mutation ($input: CreateSnapshotInput!) {
        createSnapshot(input: $input) { ... on InvalidInputError { code fieldName problems { code fieldName path } } }
      }`,
      { input: { volumeId: '1v99', name: '', description: 'x'.repeat(1025), idempotencyKey: '' } },
    )
    expect(createSnapshot).toEqual({
      code: 'INVALID_REFERENCE',
      fieldName: 'volumeId',
      problems: [
        { code: 'INVALID_REFERENCE', fieldName: 'volumeId', path: ['volumeId'] },
        { code: 'MIN_LENGTH_EXCEEDED', fieldName: 'name', path: ['name'] },
        { code: 'MAX_LENGTH_EXCEEDED', fieldName: 'description', path: ['description'] },
        { code: 'MIN_LENGTH_EXCEEDED', fieldName: 'idempotencyKey', path: ['idempotencyKey'] },
      ],
    })
    expect(await gateway.data('{ snapshots { totalCount } }')).toEqual({ snapshots: { totalCount: 1 } })
  })

  it('removes a snapshot and keeps a volume that has one', async () => {
    const answer = await gateway.data(`mutation {
      removeVolume(input: { id: "1v1" }) { ... on ActionNotAvailableError { message action resource { id stateName } } }
      removeSnapshot(input: { id: "1s1", idempotencyKey: "k" }) { ... on Snapshot { state transitioning } }
      again: removeSnapshot(input: { id: "1s1" }) { ... on ActionNotAvailableError { code resource { stateName } } }
      unknown: removeSnapshot(input: { id: "1v1" }) { ... on NotFoundError { code id } }
      update: updateSnapshot(input: { id: "1s1", name: "x" }) { ... on UserError { code } }
    }`)
    expect(answer).toEqual({
      removeVolume: {
        message: 'the volume still has snapshots; remove them first',
        action: 'REMOVE',
        resource: { id: '1v1', stateName: 'active' },
      },
      removeSnapshot: { state: 'REMOVING', transitioning: 'YES' },
      again: { code: 'ACTION_NOT_AVAILABLE', resource: { stateName: 'removing' } },
      unknown: { code: 'NOT_FOUND', id: '1v1' },
      update: { code: 'ACTION_NOT_AVAILABLE' },
    })
  })

  it('replays from an idempotency key with the resource as it is now', async () => {
    const remove =
      'mutation { removeSnapshot(input: { id: "1s1", idempotencyKey: "k" }) { ... on Snapshot { state } } }'
    const answer = await gateway.query(remove)
    expect(answer.data).toEqual({ removeSnapshot: { state: 'REMOVING' } })
    expect(answer.extensions).toEqual({ idempotentReplay: true })
    const reused = await gateway.data(
      'mutation { updateVolume(input: { id: "1v1", name: "x", idempotencyKey: "k" }) { ... on InvalidInputError { code fieldName } } }',
    )
    expect(reused).toEqual({ updateVolume: { code: 'IDEMPOTENCY_KEY_REUSED', fieldName: 'idempotencyKey' } })
  })

  it('answers arguments out of range as BAD_USER_INPUT with the request id', async () => {
    for (const args of ['first: -1', 'first: 101', 'last: 101', 'first: 1, last: 1', 'after: "x"']) {
      const answer = await gateway.query(`{ snapshots(${args}) { nodes { id } } }`)
      expect(answer.errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
      expect(answer.extensions?.requestId).toBe(answer.headers['x-request-id'])
    }
    const tooLarge = await gateway.query(
      'query ($first: Int) { snapshots(first: $first) { nodes { id } } }',
      {
        first: 99999999999,
      },
    )
    expect(tooLarge.errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
    const created = await gateway.query(
      '{ snapshots(filter: { createdAfter: "yesterday" }) { nodes { id } } }',
    )
    expect(created.errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('refuses what a role does not allow, and says so beforehand', async () => {
    const viewer = gateway.as('VIEWER')
    const answer = await viewer.query('mutation { removeVolume(input: { id: "1v1" }) { __typename } }')
    expect(answer.data).toEqual({ removeVolume: null })
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(
      await viewer.data('{ volume(id: "1v1") { actions { code } } viewer { role account { id name } } }'),
    ).toEqual({
      volume: { actions: [{ code: 'FORBIDDEN' }, { code: 'FORBIDDEN' }] },
      viewer: { role: 'VIEWER', account: { id: '1a1', name: 'default' } },
    })
  })

  it('reads any node by its id', async () => {
    expect(
      await gateway.data(
        '{ nodes(ids: ["1s1", "1v1", "1a1", "1b1", "x", "1s1"]) { __typename id } node(id: "1v1") { id } }',
      ),
    ).toEqual({
      nodes: [
        { __typename: 'Snapshot', id: '1s1' },
        { __typename: 'Volume', id: '1v1' },
        { __typename: 'Account', id: '1a1' },
        null,
        null,
        { __typename: 'Snapshot', id: '1s1' },
      ],
      node: { id: '1v1' },
    })
  })
})
