import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import DataLoader from 'dataloader'
import { resolvers, typeOfResult } from './common/resolvers.ts'
import type { Snapshot, Volume } from './common/rows.ts'
import { typeDefs } from './common/schema.ts'
import { findVolumes, listOfVolumes } from './common/statements.ts'
import { port } from './end-with-parent.ts'

/** Made for one request. */
function createContext() {
  const pages = new Map<number, DataLoader<string, unknown>>()
  return {
    volumes: new DataLoader(findVolumes),
    /** Pages of one size, by the id of the volume. */
    snapshotsOf: (first: number) => {
      const loader = pages.get(first) ?? new DataLoader((ids: readonly string[]) => listOfVolumes(ids, first))
      pages.set(first, loader)
      return loader
    },
  }
}

type Context = ReturnType<typeof createContext>

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers: {
    ...resolvers,
    CreateSnapshotResult: { __resolveType: typeOfResult },
    UserError: { __resolveType: () => 'InvalidInputError' },
    Snapshot: {
      volume: ({ volumeId }: Snapshot, _: object, { volumes }: Context) => volumes.load(volumeId),
    },
    Volume: {
      snapshots: ({ id }: Volume, { first }: { first: number }, { snapshotsOf }: Context) =>
        snapshotsOf(first).load(id),
    },
  },
})
await startStandaloneServer(server, {
  listen: { port, host: '127.0.0.1' },
  context: async () => createContext(),
})
