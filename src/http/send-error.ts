import type { FastifyReply, FastifyRequest } from 'fastify'
import { retryAfter } from '../resources/failure.ts'
import { sendRancherError } from './rancher-v1/send-error.ts'

/** What is answered in place of what was asked for. */
export interface HttpError {
  status: number
  /** For programs. */
  code: string
  /** For people. */
  message: string
}

/** Answers an error in the dialect of the request. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message }: HttpError,
): FastifyReply {
  if (request.dialect === 'rancher v1') return sendRancherError(request, reply, { status, detail: message })
  return reply.status(status).send(errorBody(code, message, request.id))
}

/** Answers that the same may be asked again in a while. */
export function sendUnavailable(request: FastifyRequest, reply: FastifyReply, message: string): FastifyReply {
  reply.header('retry-after', String(retryAfter))
  return sendError(request, reply, { status: 503, code: 'UNAVAILABLE', message })
}

/** An error that is no result of GraphQL, in its form. */
export function errorBody(code: string, message: string, requestId: string) {
  return { errors: [{ message, extensions: { code } }], extensions: { requestId } }
}
