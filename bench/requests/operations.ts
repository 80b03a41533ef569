import type { Kind } from './kinds.ts'

const snapshot =
  'id name description state transitioning created managedVolumeUUID sizeBytes checksum volumeId'
const volume = 'id name state created'

/** The documents of those who have the gateway's schema, or the part of it that they need. */
export const operations: Record<Kind, string> = {
  Q1: `query OneSnapshot($id: ID!) {
  snapshot(id: $id) { ${snapshot} volume { ${volume} } }
}`,
  Q2: `query Page($after: String) {
  snapshots(first: 50, after: $after) {
    nodes { ${snapshot} volume { ${volume} } }
    pageInfo { hasNextPage endCursor }
  }
}`,
  Q3: `query VolumeWithSnapshots($id: ID!) {
  volume(id: $id) {
    ${volume}
    snapshots(first: 20) { nodes { ${snapshot} } pageInfo { hasNextPage endCursor } }
  }
}`,
  Q4: `mutation Create($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    ... on Snapshot { ${snapshot} volume { ${volume} } }
    ... on UserError { message }
  }
}`,
  Q5: `query Filtered($filter: SnapshotFilter, $orderBy: SnapshotOrder) {
  snapshots(first: 50, filter: $filter, orderBy: $orderBy) {
    nodes { ${snapshot} }
    pageInfo { hasNextPage endCursor }
  }
}`,
}
