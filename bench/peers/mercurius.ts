import Fastify from 'fastify'
import mercurius from 'mercurius'
import { resolvers } from './common/resolvers.ts'
import type { Snapshot, Volume } from './common/rows.ts'
import { typeDefs } from './common/schema.ts'
import { findVolumes, listOfVolumes } from './common/statements.ts'
import { port } from './end-with-parent.ts'

// As its documentation has it: loaders without their cache, which writes each parent as JSON to know it again.

const opts = { cache: false }
const app = Fastify()
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: resolvers as never,
  jit: 1,
  loaders: {
    Snapshot: {
      volume: {
        loader: (queries: { obj: Snapshot }[]) => findVolumes(queries.map(({ obj }) => obj.volumeId)),
        opts,
      },
    },
    Volume: {
      snapshots: {
        loader: (queries: { obj: Volume; params: { first: number } }[]) =>
          listOfVolumes(
            queries.map(({ obj }) => obj.id),
            queries[0]?.params.first ?? 50,
          ),
        opts,
      },
    },
  } as never,
})
await app.listen({ port, host: '127.0.0.1' })
