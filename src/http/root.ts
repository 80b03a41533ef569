import type { FastifyInstance } from 'fastify'
import { schemasLink } from './rancher-v1/base-url.ts'
import { versions } from './rancher-v1/versions.ts'

/**
 * What is at /: GraphiQL for a person, and for programs the versions that there are below it, as Rancher has it. Each only
 * where it is served.
 */
export function serveRoot(
  app: FastifyInstance,
  { graphiql, rancherV1 }: { graphiql: boolean; rancherV1: boolean },
): void {
  if (!graphiql && !rancherV1) return
  app.get('/', { config: { open: true } }, (request, reply) => {
    const isPerson = request.headers.accept?.includes('text/html')
    if (graphiql && (isPerson || !rancherV1)) return reply.redirect('/graphql')
    return reply.header('x-api-schemas', schemasLink(request)).send(versions(request.origin))
  })
}
