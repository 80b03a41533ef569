import { encodeCursor } from '../../src/resources/cursor.ts'
import { contractAnswer, contractBody } from '../requests/contract.ts'
import type { Position } from '../requests/subject.ts'
import type { Server, Start } from './server.ts'

export const gateway: Server = {
  name: 'gateway',
  what: 'this project: no authentication, no request log, no limit of rate, as the peers',
  program: (start) => serve(start, { AUTH: 'none', LOG_LEVEL: 'warn' }),
  body: (kind, subject) => contractBody(kind, subject, cursorOf),
  answer: (_, body) => contractAnswer(body, positionOf),
}

export function serve({ port, env }: Start, settings: Record<string, string>) {
  return {
    args: ['dist/main.js', 'serve'],
    env: { ...env, PORT: String(port), WORKER: 'off', DATABASE_POOL: '10', ...settings },
  }
}

function cursorOf({ created, id }: Position): string {
  const list = { type: 'snapshot', field: 'CREATED', direction: 'DESC', nullable: false } as const
  return encodeCursor(list, { value: created, id: BigInt(id) })
}

/** As plainCursor writes it. */
function positionOf(cursor: string): string {
  const [, , , , created, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  return `${created},${id}`
}
