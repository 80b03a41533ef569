import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { errorBody } from './http-errors.ts'
import type { RequestObserver } from './request-observer.ts'
import { securityHeaders } from './security-headers.ts'

/** Answers, in our form too, what Node cannot read as HTTP: there is no request of Fastify then, only a socket. */
export function answerClientError(log: FastifyBaseLogger, observer?: RequestObserver) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, message } = answers[error.code ?? ''] ?? { status: 400, message: 'This is not HTTP.' }
    observer?.answered({ method: null, route: null, status, seconds: 0 })
    const requestId = randomUUID()
    log.debug({ reqId: requestId, status, err: error }, 'a request that cannot be read')
    const body = JSON.stringify(errorBody('BAD_REQUEST', message, requestId))
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  }
}

const answers: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not come in time.' },
}
