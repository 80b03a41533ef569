import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type HostFilter, hostOf } from './hosts.ts'
import { sendError } from './send-error.ts'

/**
 * Refuses requests to other hosts before anything else looks at them. A page whose name is made to lead to this machine
 * (DNS rebinding) counts as one of ours in its browser; only the name that it still uses gives it away.
 * `isOurs`: which hosts it answers for; null: all.
 */
export function checkHost(app: FastifyInstance, isOurs: HostFilter | null): void {
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request.raw, isOurs)
    if (refusal === null) return done()
    sendError(request, reply, { code: 'BAD_REQUEST', ...refusal })
  })
}

function refusalOf(request: IncomingMessage, isOurs: HostFilter | null) {
  const { headers, httpVersion, rawHeaders, url = '' } = request
  const count = countHosts(rawHeaders)
  if (count > 1 || (count === 0 && httpVersion === '1.1'))
    return { status: 400, message: 'A request needs one Host header.' }
  if (isOurs === null) return null
  const named = [headers.host ?? '']
  if (!/^[/*]/.test(url)) named.push(/^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '') // meant for a proxy
  for (const authority of named) {
    const host = hostOf(authority)
    if (host !== null && isOurs(host)) continue
    const what = host === null ? 'what the Host header names' : `the host ${host}`
    return {
      status: 421,
      message: `This gateway does not answer for ${what}: ALLOWED_HOSTS lists those that it does.`,
    }
  }
  return null
}

/** Of several Node tells the first only, and a proxy may have gone by another. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}
