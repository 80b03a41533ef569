import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type HostFilter, hostOf } from './hosts.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the gateway is for whoever asks, as a browser's Origin has it, such as https://snapshots.example. */
    readonly origin: string
  }
}

/** Tells where the gateway is for whoever sent a request. */
export type OriginTeller = (request: IncomingMessage) => string

export interface Trust {
  /** Whether a proxy is trusted, by the address of its connection. */
  isTrusted(address: string, hop: number): boolean
  /** Which hosts are ours; null: all. */
  isOurs: HostFilter | null
}

/**
 * Makes the function that tells it: as a trusted proxy has it in X-Forwarded-Proto, -Host and -Port, else as the request
 * has. A forwarded host that is not ours is not believed either: a proxy may pass on what it was sent.
 */
export function createOriginTeller({ isTrusted, isOurs }: Trust): OriginTeller {
  // Most requests come to the same place; to read its URL takes longer than all else of a link.
  let last = { asked: '', origin: '' }
  return ({ headers, socket }) => {
    const isProxied = isTrusted(socket.remoteAddress ?? '', 0)
    const forwarded = (name: string) => (isProxied ? lastOf(headers[name]) : '')
    const proto = forwarded('x-forwarded-proto').toLowerCase()
    const host = forwarded('x-forwarded-host')
    const port = forwarded('x-forwarded-port')
    if (headers.host === undefined && host === '') return `http://${placeOf(socket)}`
    const asked = `${proto} ${host} ${port} ${headers.host}`
    if (asked !== last.asked) {
      const name = hostOf(host)
      const isBelieved = name !== null && (isOurs === null || isOurs(name))
      const authority = isBelieved ? host : (headers.host ?? '')
      const origin = originOf(proto === 'https' ? 'https' : 'http', authority, port)
      if (origin === null) return `http://${placeOf(socket)}`
      last = { asked, origin }
    }
    return last.origin
  }
}

/** Gives every request its origin. */
export function tellOrigin(app: FastifyInstance, originFor: OriginTeller): void {
  app.decorateRequest('origin', {
    getter(this: FastifyRequest) {
      return originFor(this.raw)
    },
  })
}

/** Null where the authority can be none of a URL. */
function originOf(scheme: string, authority: string, port: string): string | null {
  if (hostOf(authority) === null) return null
  const isPort = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536
  const needsPort = isPort && !/:\d+$/.test(authority)
  const url = `${scheme}://${authority}${needsPort ? `:${port}` : ''}`
  return URL.canParse(url) ? new URL(url).origin : null
}

/** Of several values that proxies have added, that of the nearest. */
function lastOf(header: string | string[] | undefined): string {
  return [header].flat().at(-1)?.split(',').at(-1)?.trim() ?? ''
}

/** For a request that names no host, or none that can be one: where it came in. */
export function placeOf({ localAddress = '127.0.0.1', localPort = 80 }: Socket): string {
  return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`
}
