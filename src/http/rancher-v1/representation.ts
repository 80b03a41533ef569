import type { OwnAccount } from '../../database/account-scope.ts'
import type { BackupRow, ResourceRow, SnapshotRow, VolumeRow } from '../../database/tables.ts'
import { volumeOf } from '../../graphql/loaders.ts'
import { formatId } from '../../resources/ids.ts'
import { isAvailable, type ResourceKind } from '../../resources/lifecycle.ts'
import { isStored } from '../../snapshots/is-stored.ts'
import { backupUri, volumeUri } from '../../storage/uris.ts'
import type { Asking } from './asking.ts'
import { onlyInRancher } from './only-in-rancher.ts'
import { actionsFor } from './permissions.ts'
import { type ResourceType, resourceTypes } from './resource-types.ts'

// Resources are written as JSON at once, without objects between: of a page that is the most of the work.

/** How a field of a row is written. */
type Write<Row> = (row: Row) => string
type Fields<Row> = Readonly<Record<string, Write<Row>>>

/** Any text. */
const text = (value: string | null) => (value === null ? 'null' : JSON.stringify(value))
/** One of ours, without a character that JSON escapes. */
const plain = (value: string | null) => (value === null ? 'null' : `"${value}"`)
/** Rancher's dates have no fractions. */
const date = (time: string | null) => (time === null ? 'null' : `"${time.slice(0, 19)}Z"`)
/** Also bytes, whatever their number: clients of other languages read more digits than JavaScript. */
const number = (value: number | bigint | null) => String(value)

const common: Fields<ResourceRow> = {
  accountId: (row) => plain(formatId('account', row.accountId)),
  created: (row) => date(row.created),
  description: (row) => text(row.description),
  kind: (row) => plain(row.kind),
  name: (row) => text(row.name),
  removed: (row) => date(row.removed),
  state: (row) => plain(row.state),
  transitioning: (row) => plain(row.transitioning),
  // Rancher's clients print it while they wait.
  transitioningMessage: ({ transitioningMessage: message, transitioning }) =>
    text(message ?? (transitioning === 'yes' ? 'In Progress' : null)),
  transitioningProgress: (row) => number(row.transitioningProgress),
  uuid: (row) => plain(row.uuid),
}

const snapshotFields = writersOf<SnapshotRow>({
  ...common,
  checksum: (row) => (isStored(row) ? plain(row.checksum) : 'null'),
  managedVolumeUUID: (row) => text(row.managedVolumeUuid),
  sizeBytes: (row) => (isStored(row) ? number(row.sizeBytes) : 'null'),
  volumeId: (row) => plain(formatId('volume', row.volumeId)),
})

const volumeFields = writersOf<VolumeRow>({
  ...common,
  driver: (row) => text(row.driver),
  path: (row) => text(row.path),
  ...Object.fromEntries(
    Object.entries(onlyInRancher).map(([name, { value }]) => [name, () => JSON.stringify(value)]),
  ),
})

const backupFields = writersOf<BackupRow>({
  ...common,
  checksum: (row) => plain(row.checksum),
  sizeBytes: (row) => number(row.sizeBytes),
  snapshotId: (row) => plain(formatId('snapshot', row.snapshotId)),
  volumeId: (row) => plain(formatId('volume', row.volumeId)),
})

/** Writes all of some fields, each with a comma before. */
function writersOf<Row extends ResourceRow>(fields: Fields<Row>): Write<Row> {
  const writers = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, write]) => ({ name: `,"${name}":`, write }))
  return (row) => {
    let written = ''
    for (const { name, write } of writers) written += name + write(row)
    // Each date that is there is there in milliseconds too.
    written += `,"createdTS":${Date.parse(row.created)}`
    return row.removed === null ? written : `${written},"removedTS":${Date.parse(row.removed)}`
  }
}

/** Writes a row; that of a snapshot needs nothing more. */
export function represent(asking: Asking, row: ResourceRow): string | Promise<string> {
  switch (row.kind) {
    case 'snapshot':
      return resource(asking, row, snapshotFields(row))
    case 'volume':
      return representVolume(asking, row)
    case 'backup':
      return representBackup(asking, row)
  }
}

async function representVolume(asking: Asking, row: VolumeRow): Promise<string> {
  const { loaders, role, scope, storage } = asking
  const mayRemove = isAvailable('volume', 'remove', row) && actionsFor(role, 'volume').includes('remove')
  const isKept = mayRemove && (await loaders.reasonToKeep.load(row.id)) !== null
  const uri = volumeUri(storage, row, scope.volumesRoot)
  return resource(asking, row, `${volumeFields(row)},"uri":${text(uri)}`, isKept)
}

async function representBackup(asking: Asking, row: BackupRow): Promise<string> {
  const { driver } = await volumeOf(row, asking.loaders)
  const uri = backupUri(asking.storage, driver, row.key)
  return resource(asking, row, `${backupFields(row)},"uri":${text(uri)}`)
}

/** `isKept`: it cannot be removed now, whatever its state. */
function resource(asking: Asking, row: ResourceRow, fields: string, isKept = false): string {
  const { kind } = row
  const self = selfOf(asking, row)
  let actions = ''
  for (const action of actionsFor(asking.role, kind))
    if (isAvailable(kind, action, row) && !(isKept && action === 'remove'))
      actions += `${actions && ','}"${action}":"${self}/?action=${action}"`
  const links = linksOf(resourceTypes[kind], self)
  return `{"id":"${formatId(kind, row.id)}","type":"${kind}","links":{${links}},"actions":{${actions}}${fields}}`
}

/** Where a row is. */
export function selfOf({ base }: Asking, { kind, id }: { kind: ResourceKind; id: bigint }): string {
  return `${base}/${resourceTypes[kind].plural}/${formatId(kind, id)}`
}

function linksOf({ toOne, toMany }: ResourceType, self: string): string {
  let links = `"self":"${self}"`
  for (const name in toOne) links += `,"${name}":"${self}/${name}"`
  for (const name in toMany) links += `,"${name}":"${self}/${name}"`
  return links
}

/** Writes the caller's own account. */
export function representAccount({ base }: Asking, { id, uuid, name, created }: OwnAccount): string {
  const self = `${base}/accounts/${formatId('account', id)}`
  const fields = {
    accountId: formatId('account', id),
    created: `${created.slice(0, 19)}Z`,
    createdTS: Date.parse(created),
    description: null,
    kind: 'account',
    name,
    removed: null,
    state: 'active',
    transitioning: 'no',
    transitioningMessage: null,
    transitioningProgress: null,
    uuid,
  }
  const links = linksOf(resourceTypes.account, self)
  const head = `"id":"${formatId('account', id)}","type":"account","links":{${links}},"actions":{}`
  return `{${head},${JSON.stringify(fields).slice(1)}`
}
