import { isUtf8 } from 'node:buffer'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'

/**
 * Reads bodies of JSON, in UTF-8 and as they are. Fastify's own parser puts a replacement for bytes that are no
 * characters, so that a name could be another than was sent, and minds neither a charset nor an encoding.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isPlain(request)) done(refusal('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415))
    else if (!isUtf8(body)) done(refusal('BODY_NOT_UTF8', 400))
    else parse(request, body.toString('utf8'), done)
  })
}

function isPlain({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset=\s*"?([^\s";]*)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  const encoding = headers['content-encoding'] ?? 'identity'
  return /^utf-?8$/i.test(charset) && /^identity$/i.test(encoding)
}

function refusal(code: string, statusCode: number): FastifyError {
  return Object.assign(new Error(code), { name: 'BodyError', code, statusCode })
}
