import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from './faults.ts'

/**
 * Reads bodies as Rancher does: as JSON, whatever the Content-Type, as its clients send none; those of a form that are no
 * JSON as its fields. No body is an empty one.
 */
export function readBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  // Whatever else it says; Fastify would refuse what is no type at all.
  app.addHook('onRequest', (request, _, done) => {
    if (!isForm(request)) delete request.headers['content-type']
    done()
  })
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(bytes)) return done(unreadable('The body is not valid UTF-8.'))
    const text = bytes.toString('utf8').trim()
    if (text === '') return done(null, {})
    if (isForm(request) && !text.startsWith('{')) return done(null, fieldsOf(new URLSearchParams(text)))
    parseJson(request, text, (error, body) => {
      if (error) done(unreadable('The body is not valid JSON.'))
      else if (typeof body !== 'object' || body === null || Array.isArray(body))
        done(unreadable('The body must be a JSON object.'))
      else done(null, body)
    })
  })
}

function isForm({ headers }: FastifyRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')
}

/** Each name once, with its first value. */
export function fieldsOf(parameters: URLSearchParams): Record<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of parameters) if (!fields.has(name)) fields.set(name, value)
  return Object.fromEntries(fields)
}

function unreadable(message: string): Fault {
  return new Fault({ status: 400, code: 'InvalidBodyContent', message })
}
