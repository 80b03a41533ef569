// @ts-check
import {
  AwaitSnapshotDocument,
  BackUpSnapshotDocument,
  CreateSnapshotDocument,
  CreateVolumeDocument,
  createClient,
  ListVolumesDocument,
} from 'snapshot-gateway/client'

const { GATEWAY_URL = 'http://127.0.0.1:4000/graphql', GATEWAY_KEY, VOLUME = 'example' } = process.env
// One job is done once, however often this program is started for it: its idempotency keys are made of it.
const { JOB = crypto.randomUUID() } = process.env

const authorization = GATEWAY_KEY ? `Bearer ${GATEWAY_KEY}` : undefined
const client = createClient({ url: GATEWAY_URL, authorization })
const retry = true // what is UNAVAILABLE or cannot be sent is sent again, for a minute or two

const volume = await findVolume(VOLUME)
console.log(`volume ${volume.id} is ${volume.uri}`)
const { id } = await takeSnapshot(volume.id)
const { sizeBytes } = await reach(id, ['CREATED', 'BACKING_UP', 'BACKED_UP'])
console.log(`snapshot ${id} has ${sizeBytes} bytes`)
await backUp(id)
const { backup } = await reach(id, ['BACKED_UP'])
console.log(`backup ${backup?.id} is ${backup?.uri}, ${backup?.checksum}`)

/** @param {string} name */
async function findVolume(name) {
  const { volumes } = await client.request(ListVolumesDocument, { filter: { name: { eq: name } } }, { retry })
  if (volumes.nodes[0]) return volumes.nodes[0]
  const input = { name, idempotencyKey: `${JOB}: volume` }
  const { createVolume } = await client.request(CreateVolumeDocument, { input }, { retry })
  switch (createVolume?.__typename) {
    case 'Volume':
      return createVolume
    case 'InvalidInputError': // its `problems` say more
      throw new Error(`the volume is refused: ${createVolume.code}: ${createVolume.message}`)
    default:
      return refused(createVolume)
  }
}

/** @param {string} volumeId */
async function takeSnapshot(volumeId) {
  const input = { volumeId, name: 'by the example', idempotencyKey: `${JOB}: snapshot` }
  const { createSnapshot } = await client.request(CreateSnapshotDocument, { input }, { retry })
  switch (createSnapshot?.__typename) {
    case 'Snapshot':
      return createSnapshot
    case 'InvalidInputError':
      throw new Error(`the snapshot is refused: ${createSnapshot.code}: ${createSnapshot.message}`)
    default:
      return refused(createSnapshot)
  }
}

/** @param {string} id */
async function backUp(id) {
  const input = { id, idempotencyKey: `${JOB}: backup` }
  const { backupSnapshot } = await client.request(BackUpSnapshotDocument, { input }, { retry })
  switch (backupSnapshot?.__typename) {
    case 'Snapshot':
      return
    case 'ActionNotAvailableError': // somebody else has begun it, or has removed the snapshot: the wait tells which
      return console.log(backupSnapshot.message)
    case 'NotFoundError':
    case 'InvalidInputError':
      throw new Error(`the backup is refused: ${backupSnapshot.code}: ${backupSnapshot.message}`)
    default:
      return refused(backupSnapshot)
  }
}

/** @param {string} id @param {import('snapshot-gateway/client').SnapshotState[]} until */
async function reach(id, until) {
  for (;;) {
    const variables = { id, until, timeoutSeconds: 60 }
    const { awaitSnapshot } = await client.request(AwaitSnapshotDocument, variables, { retry })
    switch (awaitSnapshot?.__typename) {
      case 'Snapshot':
        return awaitSnapshot
      case 'WaitTimedOutError': // work on it goes on
        console.log(`snapshot ${id} is ${awaitSnapshot.snapshot.state}: ${awaitSnapshot.message}`)
        continue
      case 'StateUnreachableError':
        throw new Error(awaitSnapshot.snapshot.transitioningMessage ?? awaitSnapshot.message)
      case 'NotFoundError':
        throw new Error(`snapshot ${id}: ${awaitSnapshot.message}`)
      default:
        return refused(awaitSnapshot)
    }
  }
}

/** What a gateway that is newer than this program may answer. @param {object | null | undefined} result @returns {never} */
function refused(result) {
  throw new Error(`this is not known here: ${JSON.stringify(result)}`)
}
