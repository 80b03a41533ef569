import type { FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import { Unauthenticated } from '../auth/unauthenticated.ts'
import { RequestError } from '../resources/errors.ts'

export type AuthenticateRequest = (request: FastifyRequest) => Promise<Caller> | Caller

/** Why the caller of a request that takes long would no longer be let in; null where he would. Throws where it cannot be told now. */
export async function refusalByNow(
  authenticate: AuthenticateRequest,
  request: FastifyRequest,
): Promise<RequestError | null> {
  try {
    await authenticate(request)
    return null
  } catch (error) {
    if (error instanceof Unauthenticated) return new RequestError('UNAUTHENTICATED', error.message)
    throw error
  }
}
