import type { FastifyReply, FastifyRequest } from 'fastify'
import { retryAfter } from '../../resources/failure.ts'
import { schemasLink } from './base-url.ts'
import { errorBody, type RancherError } from './error-body.ts'
import { indent, jsonType, wantsIndented } from './write.ts'

/** Answers an error, with what its status asks for. */
export function sendRancherError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: RancherError,
): FastifyReply {
  const body = errorBody(error, request)
  if (error.status === 503) reply.header('retry-after', String(retryAfter))
  if (error.status === 405) reply.header('allow', error.allow ?? 'GET')
  const written = JSON.stringify(body)
  return reply
    .status(error.status)
    .header('x-api-schemas', schemasLink(request))
    .type(jsonType)
    .send(wantsIndented(request.headers) ? indent(written) : written)
}
