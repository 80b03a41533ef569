import { chmod, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '../client/create-client.ts'
import { BackUpSnapshotDocument, CreateSnapshotDocument, CreateVolumeDocument } from '../client/operations.ts'
import { follow } from './follow.ts'
import { startGateway } from './start-gateway.ts'

// npm run demo -- [directory]: the main job in half a minute, on a gateway and a data folder of its own.

const [argument] = process.argv.slice(2)
const repository = fileURLToPath(new URL('../..', import.meta.url))
const directory = resolve(argument ?? join(repository, 'src'))

try {
  await demonstrate()
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

async function demonstrate() {
  if (!(await stat(directory).catch(() => null))?.isDirectory())
    throw new Error(`${directory} is no directory`)
  const dataDir = await mkdtemp(join(tmpdir(), 'snapshot-gateway-demo-'))
  await chmod(dataDir, 0o755) // where we are root, the database is another user's
  say(`Starting a gateway on ${dataDir}`)
  const { url, stop } = await startGateway({ DATA_DIR: dataDir, VOLUMES_DIR: dirname(directory) })
  try {
    say(`It serves ${url}\n`)
    const client = createClient({ url })
    const name = basename(directory)
    const { createVolume } = await client.request(CreateVolumeDocument, { input: { name } })
    const volume = accepted(createVolume)
    say(`Volume ${volume.id} is ${directory}`)

    const { createSnapshot } = await client.request(CreateSnapshotDocument, {
      input: { volumeId: volume.id, name: 'demo' },
    })
    const { id } = accepted(createSnapshot)
    await follow(client, id, `Snapshot ${id}`)

    const { backupSnapshot } = await client.request(BackUpSnapshotDocument, { input: { id } })
    accepted(backupSnapshot)
    const { backup } = await follow(client, id, `Backup of ${id}`)
    if (!backup) throw new Error('the snapshot is backed up, but has no backup')

    const file = fileURLToPath(backup.uri)
    say(`
The backup was written, synced, read back and found right:
  ${file}
  ${backup.sizeBytes} bytes, ${backup.checksum}

It is a plain tar; this restores it, without the gateway:
  mkdir restored && tar -xpzf ${file} --numeric-owner --acls --xattrs --xattrs-include='*' -C restored

The demo's folder is yours to delete: rm -r ${dataDir}`)
  } finally {
    await stop()
  }
}

/** The resource that a mutation answered with. Throws where it refused, with its reason. */
function accepted<Result extends object>(result: Result | null): Extract<Result, { id: string }> {
  if (result === null) throw new Error('the mutation has no answer')
  if ('message' in result) throw new Error(String(result.message))
  return result as Extract<Result, { id: string }>
}

function say(text: string) {
  process.stdout.write(`${text}\n`)
}
