import { createSnapshot, findSnapshot, findVolumes, listByState, listSnapshots } from './statements.ts'

interface ListArguments {
  first: number
  after?: string
  filter?: { state: string[]; createdAfter: string }
}

/** What both frameworks have; links between types are loaded in batches, by each in its way. */
export const resolvers = {
  Query: {
    snapshot: (_: unknown, { id }: { id: string }) => findSnapshot(id),
    volume: async (_: unknown, { id }: { id: string }) => (await findVolumes([id]))[0],
    snapshots: (_: unknown, { first, after, filter }: ListArguments) =>
      filter
        ? listByState(first, filter.state[0]?.toLowerCase() ?? '', filter.createdAfter)
        : listSnapshots(first, after ?? ''),
  },
  Mutation: {
    createSnapshot: async (_: unknown, { input }: { input: { volumeId: string; name: string | null } }) =>
      (await createSnapshot(input.volumeId, input.name)) ?? { message: 'no such volume' },
  },
  CreateSnapshotResult: {
    resolveType: typeOfResult,
  },
}

export function typeOfResult(result: object): string {
  return 'id' in result ? 'Snapshot' : 'InvalidInputError'
}
