/** The part of the gateway's schema that the requests need. */
export const typeDefs = `
  enum SnapshotState { REQUESTED CREATING CREATED BACKING_UP BACKED_UP REMOVING REMOVED }
  enum VolumeState { ACTIVE REMOVED }
  enum Transitioning { NO YES ERROR }
  enum OrderDirection { ASC DESC }
  enum SnapshotOrderField { CREATED }

  input SnapshotFilter { state: [SnapshotState!] createdAfter: String }
  input SnapshotOrder { field: SnapshotOrderField! direction: OrderDirection! }
  input CreateSnapshotInput { volumeId: ID! name: String description: String }

  type Volume {
    id: ID!
    name: String!
    state: VolumeState!
    created: String!
    snapshots(first: Int = 50): SnapshotConnection!
  }

  type Snapshot {
    id: ID!
    name: String
    description: String
    state: SnapshotState!
    transitioning: Transitioning!
    created: String!
    managedVolumeUUID: String
    sizeBytes: String
    checksum: String
    volumeId: ID!
    volume: Volume!
  }

  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type SnapshotConnection { nodes: [Snapshot!]! pageInfo: PageInfo! }

  interface UserError { message: String! }
  type InvalidInputError implements UserError { message: String! }
  union CreateSnapshotResult = Snapshot | InvalidInputError

  type Query {
    snapshot(id: ID!): Snapshot
    snapshots(first: Int = 50, after: String, filter: SnapshotFilter, orderBy: SnapshotOrder): SnapshotConnection!
    volume(id: ID!): Volume
  }
  type Mutation {
    createSnapshot(input: CreateSnapshotInput!): CreateSnapshotResult
  }
`
