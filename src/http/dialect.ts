import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isRancherV1 } from './rancher-v1/path.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The form of its answers where they are errors. */
    readonly dialect: Dialect
  }
}

export type Dialect = 'graphql' | 'rancher v1'

/** Tells the dialect of a request by its target. */
export type DialectTeller = (target: string) => Dialect

/** Makes the function that tells it: below /v1 it is that of Rancher, where that is served. */
export function createDialectTeller({ rancherV1 }: { rancherV1: boolean }): DialectTeller {
  return (target) => (rancherV1 && isRancherV1(target) ? 'rancher v1' : 'graphql')
}

/** Gives every request its dialect. */
export function tellDialect(app: FastifyInstance, dialectOf: DialectTeller): void {
  app.decorateRequest('dialect', {
    getter(this: FastifyRequest) {
      return dialectOf(this.raw.url ?? '')
    },
  })
}
