import { toRfc3339 } from '../database.ts'

/** Columns in the order of the statements: ten of a snapshot, four of its volume. */
export type Row = [
  id: string,
  name: string | null,
  description: string | null,
  state: string,
  transitioning: string,
  created: string,
  managedVolumeUuid: string | null,
  sizeBytes: string | null,
  checksum: string | null,
  volumeId: string,
  volume: string,
  volumeName: string,
  volumeState: string,
  volumeCreated: string,
]

const spelling: Record<string, string> = {
  requested: 'REQUESTED',
  creating: 'CREATING',
  created: 'CREATED',
  'backing-up': 'BACKING_UP',
  'backed-up': 'BACKED_UP',
  removing: 'REMOVING',
  removed: 'REMOVED',
  active: 'ACTIVE',
  no: 'NO',
  yes: 'YES',
  error: 'ERROR',
}

export function writeSnapshot(row: Row): string {
  return `{${fieldsOf(row)}}`
}

export function writeSnapshotWithVolume(row: Row): string {
  return `{${fieldsOf(row)},"volume":{${writeVolume(row)}}}`
}

export function writeVolume(row: Row): string {
  return `"id":"1v${row[10]}","name":${JSON.stringify(row[11])},"state":"${spelling[row[12]]}","created":"${toRfc3339(row[13])}"`
}

/** A page of those rows, of which there is one more where the list goes on. */
export function writePage(rows: readonly Row[], size: number, write: (row: Row) => string): string {
  const length = Math.min(rows.length, size)
  let nodes = ''
  for (let i = 0; i < length; i++) nodes += (i === 0 ? '' : ',') + write(rows[i] as Row)
  const last = rows[length - 1]
  const endCursor = last ? `"${toRfc3339(last[5])},${last[0]}"` : null
  return `{"nodes":[${nodes}],"pageInfo":{"hasNextPage":${rows.length > size},"endCursor":${endCursor}}}`
}

function fieldsOf(row: Row): string {
  return `"id":"1s${row[0]}","name":${text(row[1])},"description":${text(row[2])},"state":"${spelling[row[3]]}","transitioning":"${spelling[row[4]]}","created":"${toRfc3339(row[5])}","managedVolumeUUID":${plain(row[6])},"sizeBytes":${plain(row[7])},"checksum":${plain(row[8])},"volumeId":"1v${row[9]}"`
}

function text(value: string | null): string {
  return value === null ? 'null' : JSON.stringify(value)
}

/** Of what has nothing to be escaped. */
function plain(value: string | null): string {
  return value === null ? 'null' : `"${value}"`
}
