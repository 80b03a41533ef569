import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import type { DialectTeller } from './dialect.ts'
import { errorBody as rancherErrorBody } from './rancher-v1/error-body.ts'
import type { RequestObserver } from './request-observer.ts'
import { securityHeaders } from './security-headers.ts'
import { errorBody } from './send-error.ts'
import { placeOf } from './tell-origin.ts'

/** Answers, in our form too, what Node cannot read as HTTP: there is no request of Fastify then, only a socket. */
export function answerClientError(
  log: FastifyBaseLogger,
  { observer, dialectOf }: { observer?: RequestObserver | undefined; dialectOf?: DialectTeller } = {},
) {
  return (error: ClientError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, message } = answers[error.code ?? ''] ?? { status: 400, message: 'This is not HTTP.' }
    observer?.answered({ method: null, route: null, status, seconds: 0 })
    const requestId = randomUUID()
    log.debug({ reqId: requestId, status, err: error }, 'a request that cannot be read')
    const isRancher = dialectOf?.(targetOf(error.rawPacket)) === 'rancher v1'
    const body = JSON.stringify(
      isRancher
        ? rancherErrorBody({ status, detail: message }, { id: requestId })
        : errorBody('BAD_REQUEST', message, requestId),
    )
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      // Whatever host it asked for was not read.
      ...(isRancher ? [`x-api-schemas: http://${placeOf(socket)}/v1/schemas`] : []),
      ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  }
}

/** Node gives what it read last. */
type ClientError = NodeJS.ErrnoException & { rawPacket?: unknown }

/** The target of a request that came whole; empty where the packet does not begin with it. */
function targetOf(packet: unknown): string {
  const head = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 200) : ''
  return /^[A-Z]+ (\S+)/.exec(head)?.[1] ?? ''
}

const answers: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not come in time.' },
}
