import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'

/** The address that a request comes from: as a trusted proxy tells it, where that is an address at all. */
export function addressOf(request: FastifyRequest): string {
  return isIP(request.ip) ? request.ip : (request.socket.remoteAddress ?? '')
}

/** What counts as one address: of IPv6 the network, /64, all of whose addresses whoever has one has. */
export function networkOf(request: FastifyRequest): string {
  return normalizeIP(addressOf(request))
}
