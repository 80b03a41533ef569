import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createYoga } from 'graphql-yoga'
import type { AccountScope } from '../database/account-scope.ts'
import type { Context, GatewayHandles } from '../graphql/context.ts'
import { createLoaders } from '../graphql/loaders.ts'
import type { Role } from '../graphql/roles.ts'
import { schema } from '../graphql/schema.ts'
import { errorBody } from './http-errors.ts'
import { maskError, useAnswer } from './use-answer.ts'

/** On whose behalf a request acts. */
export interface Caller {
  scope: AccountScope
  role: Role
}

/** Serves GraphQL on /graphql. `authenticate` says who calls. */
export function serveGraphql(
  app: FastifyInstance,
  handles: GatewayHandles,
  authenticate: (request: FastifyRequest) => Promise<Caller> | Caller,
): void {
  const yoga = createYoga<Context>({
    schema,
    // GraphiQL, CORS and the size of bodies are the web server's; errors are answered and logged by useAnswer.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maskedErrors: { maskError },
    logging: false,
    plugins: [useAnswer(app.log)],
  })

  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler: async (request, reply) => {
      // Yoga takes an empty body for one that is still to be read.
      if (request.method === 'POST' && Object.keys(request.body ?? {}).length === 0) {
        const message = 'The body must be a JSON object with a query.'
        return reply.status(400).send(errorBody('BAD_REQUEST', message, request.id))
      }
      const caller = await authenticate(request)
      const context = { ...handles, ...caller, requestId: request.id, loaders: createLoaders(caller.scope) }
      const response = await yoga.handleNodeRequestAndResponse(request, reply, context)
      for (const [name, value] of response.headers) reply.header(name, value)
      return reply.status(response.status).send(await response.text())
    },
  })
}
