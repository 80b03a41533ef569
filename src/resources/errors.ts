import type { ResourceRow, SnapshotRow } from '../database/tables.ts'
import type { Action } from './lifecycle.ts'

/** What a caller can put right; the codes are those of the GraphQL contract and of Rancher's REST dialect. */
export const errorCodes = [
  'NOT_FOUND',
  'INVALID_REFERENCE',
  'INVALID_FORMAT',
  'INVALID_CHARACTERS',
  'INVALID_OPTION',
  'NOT_NULLABLE',
  'MIN_LENGTH_EXCEEDED',
  'MAX_LENGTH_EXCEEDED',
  'NOT_UNIQUE',
  'ACTION_NOT_AVAILABLE',
  'FORBIDDEN',
  'IDEMPOTENCY_KEY_REUSED',
  'STATE_UNREACHABLE',
  'TIMED_OUT',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** A refusal that is answered as data. Thrown inside the transaction, so that it rolls back. */
export abstract class Refusal extends Error {
  abstract readonly code: ErrorCode
}

export class NotFound extends Refusal {
  readonly code = 'NOT_FOUND'
  readonly id: string

  constructor(kind: string, id: string) {
    super(`there is no ${kind} with this id`)
    this.id = id
  }
}

/** One fault of an input. */
export interface InputProblem {
  message: string
  code: ErrorCode
  fieldName: string
  /** From the input down. */
  path: string[]
}

/** A problem of one top field of the input. */
export function inputProblem(fieldName: string, code: ErrorCode, message: string): InputProblem {
  return { message, code, fieldName, path: [fieldName] }
}

export class InvalidInput extends Refusal {
  readonly code: ErrorCode
  readonly fieldName: string
  readonly problems: readonly InputProblem[]

  /** Takes every problem found, in the input's order; the first gives the error its code and message. */
  constructor(problems: readonly [InputProblem, ...InputProblem[]]) {
    super(problems[0].message)
    this.code = problems[0].code
    this.fieldName = problems[0].fieldName
    this.problems = problems
  }
}

/** Throws InvalidInput if there are any problems. */
export function throwProblems(problems: readonly InputProblem[]): void {
  const [first, ...rest] = problems
  if (first) throw new InvalidInput([first, ...rest])
}

/** The row as it is now comes along. */
export class ActionNotAvailable extends Refusal {
  readonly code = 'ACTION_NOT_AVAILABLE'
  readonly action: Action
  readonly resource: ResourceRow

  constructor(action: Action, resource: ResourceRow, reason: string) {
    super(reason)
    this.action = action
    this.resource = resource
  }
}

type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'TOO_COSTLY'
  | 'UNAVAILABLE'
  /** A cursor is older than the history that is kept. */
  | 'CURSOR_EXPIRED'
  // Of a stream that was begun, why it ends.
  | 'SLOW_CONSUMER'
  | 'UNAUTHENTICATED'
  | 'SHUTTING_DOWN'

/** A snapshot is waited for in vain: what is waited for cannot come, or has not come in time. It comes along as it is now. */
export class WaitEnded extends Refusal {
  readonly code: 'STATE_UNREACHABLE' | 'TIMED_OUT'
  readonly snapshot: SnapshotRow

  constructor(code: WaitEnded['code'], snapshot: SnapshotRow, reason: string) {
    super(reason)
    this.code = code
    this.snapshot = snapshot
  }
}

/** A request that is refused as a whole, or a field of it: a top-level error of the answer. */
export class RequestError extends Error {
  readonly code: RequestErrorCode
  /** What programs may want to know beside the code. */
  readonly details: Readonly<Record<string, number>>

  constructor(
    code: RequestErrorCode,
    message: string,
    { details = {}, ...options }: ErrorOptions & { details?: Record<string, number> } = {},
  ) {
    super(message, options)
    this.code = code
    this.details = details
  }
}

/** What is asked for is held by another change for the moment: the same again, at once, may well do. */
export class Busy extends RequestError {
  constructor(options: ErrorOptions) {
    super('UNAVAILABLE', 'another change is in the way; try again soon', options)
  }
}
