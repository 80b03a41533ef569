import { RequestError } from './errors.ts'

const version = 1

export type OrderDirection = 'ASC' | 'DESC'

/** A position in a list, not a permission: the value that the order goes by, and the id that breaks ties. */
export interface Position {
  value: string | null
  id: bigint
}

/** The list that a cursor belongs to. */
export interface CursorScope {
  type: string
  field: string
  direction: OrderDirection
  /** Whether the value may be null. */
  nullable: boolean
  /** Whether there is a place before the first row, whose id is 0. */
  hasStart?: boolean
  /** Whether Postgres would take a text as a value, so that a made-up cursor is refused here and not by the database. */
  isValue(text: string): boolean
}

/** A position as opaque text; it stays valid under another filter and when its row changes or goes. */
export function encodeCursor(
  scope: Pick<CursorScope, 'type' | 'field' | 'direction'>,
  position: Position,
): string {
  const parts = [version, scope.type, scope.field, scope.direction, position.value, String(position.id)]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads a cursor of this list. Throws BAD_USER_INPUT for garbage, another type or another order. */
export function decodeCursor(scope: CursorScope, cursor: string, argument: string): Position {
  const read = readCursor(scope, cursor)
  if (typeof read === 'string') throw new RequestError('BAD_USER_INPUT', `${argument} is ${read}`)
  return read
}

/** Whether it is a cursor of this list. */
export function isCursorOf(scope: CursorScope, cursor: string): boolean {
  return typeof readCursor(scope, cursor) !== 'string'
}

/** The position, or what the text is instead. */
function readCursor(scope: CursorScope, cursor: string): Position | string {
  const parts = parse(cursor)
  if (!parts) return 'not a valid cursor'
  const [type, field, direction, value, id] = parts
  if (type !== scope.type || field !== scope.field || direction !== scope.direction)
    return 'a cursor for another list or order'
  if (id === '0' && !scope.hasStart) return 'not a valid cursor'
  if (value === null ? !scope.nullable : !scope.isValue(value)) return 'not a valid cursor'
  return { value, id: BigInt(id) }
}

function parse(cursor: string): [string, string, string, string | null, string] | null {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
  if (!Array.isArray(parts) || parts.length !== 6 || parts[0] !== version) return null
  const [, type, field, direction, value, id] = parts as unknown[]
  if (typeof type !== 'string' || typeof field !== 'string' || typeof direction !== 'string') return null
  if (value !== null && typeof value !== 'string') return null
  if (typeof id !== 'string' || !/^(0|[1-9][0-9]{0,17})$/.test(id)) return null
  // One spelling: what does not encode back to itself was not made here.
  if (Buffer.from(JSON.stringify(parts)).toString('base64url') !== cursor) return null
  return [type, field, direction, value, id]
}
