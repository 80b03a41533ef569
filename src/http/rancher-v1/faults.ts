import {
  ActionNotAvailable,
  Busy,
  type ErrorCode,
  type InputProblem,
  InvalidInput,
  NotFound,
} from '../../resources/errors.ts'
import { describeFailure, type Failure } from '../../resources/failure.ts'
import { refusalReason } from '../../resources/lifecycle.ts'
import type { RancherError } from './error-body.ts'

/** What this dialect refuses by itself. */
export class Fault extends Error {
  readonly error: RancherError

  constructor(error: RancherError) {
    super(error.message ?? error.code ?? `status ${error.status}`)
    this.error = error
  }
}

export function notFound(): Fault {
  return new Fault({ status: 404 })
}

/** `allowed`: the methods that there are. */
export function methodNotAllowed(allowed: readonly string[]): Fault {
  const allow = allowed.join(', ')
  return new Fault({ status: 405, allow, detail: `allowed here: ${allow}` })
}

/** A fault of the input. */
export function invalid(code: string, fieldName: string, message: string): Fault {
  return new Fault({ status: 422, code, fieldName, message })
}

/** Rancher's name of a code: INVALID_CHARACTERS is InvalidCharacters. */
export function codeOf(code: ErrorCode): string {
  return code
    .split('_')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join('')
}

/**
 * What whatever was thrown is answered with, and how it is to be logged. `body`: of the request, in whose order Rancher
 * finds faults. `removes`: it was asked by DELETE, a method that there is only in some states.
 */
export function toError(
  thrown: unknown,
  { body, removes }: { body: object; removes: boolean },
): { error: RancherError; log: Failure['log'] } {
  const answer = (error: RancherError, log: Failure['log'] = null) => ({ error, log })
  if (thrown instanceof Fault) return answer(thrown.error)
  if (thrown instanceof NotFound) return answer({ status: 404 })
  if (thrown instanceof InvalidInput) return answer(ofInput(thrown, body))
  if (thrown instanceof ActionNotAvailable) {
    const message = reasonOf(thrown)
    return answer(
      removes
        ? { status: 405, allow: 'GET', detail: message }
        : { status: 422, code: codeOf(thrown.code), fieldName: 'action', message },
    )
  }
  if (thrown instanceof Busy) return answer({ status: 409, detail: thrown.message })
  const { code, message, log } = describeFailure(thrown)
  switch (code) {
    case 'FORBIDDEN':
      return answer({ status: 403, detail: message })
    case 'UNAVAILABLE':
      return answer({ status: 503, detail: message }, log)
    case 'TOO_COSTLY':
      return answer({ status: 400, code: 'TooCostly', message })
    case 'INTERNAL':
      return answer({ status: 500, detail: message }, log)
    default:
      return answer({ status: 400, detail: message })
  }
}

/** With the states as this dialect spells them, where they are the reason. */
function reasonOf({ action, message, resource }: ActionNotAvailable): string {
  const isOfState = message === refusalReason(resource.kind, action, resource)
  return isOfState ? refusalReason(resource.kind, action, resource, (state) => state) : message
}

/** The first fault in the order of the body, as Rancher finds them; the others are in the detail. */
function ofInput({ problems }: InvalidInput, body: object): RancherError {
  const inBody: InputProblem[] = []
  for (const name in body) inBody.push(...problems.filter(({ fieldName }) => fieldName === name))
  const [first = problems[0], ...more] = [...inBody, ...problems.filter((one) => !inBody.includes(one))]
  if (!first) throw new Error('unreachable: there is a problem')
  return {
    status: 422,
    code: codeOf(first.code),
    fieldName: first.fieldName,
    message: first.message,
    detail: more.length === 0 ? null : `also: ${more.map(({ message }) => message).join('; ')}`,
  }
}
