import type { Kind } from './kinds.ts'
import { operations } from './operations.ts'
import type { Position, Subject, Subjects } from './subject.ts'

/** The variables of the gateway's schema; cursors are as each server has them. */
type Variables = { [K in Kind]: (subject: Subjects[K], cursorOf: (position: Position) => string) => object }

const variables: Variables = {
  Q1: ({ snapshot }) => ({ id: `1s${snapshot}` }),
  Q2: ({ after }, cursorOf) => ({ after: cursorOf(after) }),
  Q3: ({ volume }) => ({ id: `1v${volume}` }),
  Q4: ({ volume, name }) => ({ input: { volumeId: `1v${volume}`, name } }),
  Q5: ({ createdAfter }) => ({
    filter: { state: ['CREATED'], createdAfter },
    orderBy: { field: 'CREATED', direction: 'ASC' },
  }),
}

/** The body of a request to who has the gateway's schema. */
export function contractBody(
  kind: Kind,
  subject: Subject,
  cursorOf: (position: Position) => string = plainCursor,
): string {
  const of = variables[kind] as (subject: Subject, cursorOf: (position: Position) => string) => object
  return JSON.stringify({ query: operations[kind], variables: of(subject, cursorOf) })
}

/** An answer with cursors that can be compared. */
export function contractAnswer(body: string, positionOf: (cursor: string) => string = String): unknown {
  return JSON.parse(body, (key, value) => (key === 'endCursor' && value !== null ? positionOf(value) : value))
}

/** The cursor of the servers that were written here. */
export function plainCursor({ created, id }: Position): string {
  return `${created},${id}`
}
