import { isDeepStrictEqual } from 'node:util'
import type { Kind } from '../requests/kinds.ts'
import type { Subject } from '../requests/subject.ts'
import { ask, type Running } from '../servers/start-server.ts'

/** Throws where two servers answer the same question differently. Of what is created, each has its own. */
export async function compareAnswers(
  servers: readonly Running[],
  kind: Kind,
  subjects: readonly Subject[],
): Promise<void> {
  for (const subject of subjects) {
    let first: { name: string; answer: unknown } | null = null
    for (const server of servers) {
      const body = await ask(server, server.body(kind, subject)).catch((error: Error) => {
        throw new Error(`${server.name} does not answer ${kind}: ${error.message}`)
      })
      const answer = kind === 'Q4' ? withoutOwn(server.answer(kind, body)) : server.answer(kind, body)
      first ??= { name: server.name, answer }
      if (!isDeepStrictEqual(answer, first.answer))
        throw new Error(
          `${server.name} answers ${kind} otherwise than ${first.name}, asked for ${JSON.stringify(subject)}:\n` +
            `${JSON.stringify(answer)}\n${JSON.stringify(first.answer)}`,
        )
    }
  }
}

/** A created snapshot without what is new each time: its id and its time. */
function withoutOwn(answer: unknown): unknown {
  const { data } = answer as { data: { createSnapshot: object } }
  return { ...data.createSnapshot, id: 'new', created: 'now' }
}
