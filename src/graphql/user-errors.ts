import type { ResourceRow, SnapshotRow } from '../database/tables.ts'
import {
  ActionNotAvailable,
  type ErrorCode as ErrorCodeName,
  type InputProblem,
  InvalidInput,
  NotFound,
  type Refusal,
  WaitEnded,
} from '../resources/errors.ts'
import type { Action as ActionName } from '../resources/lifecycle.ts'
import { Action } from './action-status.ts'
import { builder } from './builder.ts'
import { ErrorCode } from './error-code.ts'
import { Snapshot } from './refs.ts'
import { Resource } from './resource.ts'

// A resolver cannot return an Error: executors take it for one that was thrown. So refusals become plain data here.
interface ErrorShape<Name extends string> {
  typeName: Name
  message: string
  code: ErrorCodeName
}
interface NotFoundShape extends ErrorShape<'NotFoundError'> {
  id: string
}
interface InvalidInputShape extends ErrorShape<'InvalidInputError'> {
  fieldName: string
  problems: readonly InputProblem[]
}
interface ActionNotAvailableShape extends ErrorShape<'ActionNotAvailableError'> {
  action: ActionName
  resource: ResourceRow
}
interface WaitEndedShape<Name extends string> extends ErrorShape<Name> {
  snapshot: SnapshotRow
}
type StateUnreachableShape = WaitEndedShape<'StateUnreachableError'>
type WaitTimedOutShape = WaitEndedShape<'WaitTimedOutError'>
/** Of a change. */
export type ChangeErrorShape = NotFoundShape | InvalidInputShape | ActionNotAvailableShape
/** Of a wait. */
export type WaitErrorShape = NotFoundShape | StateUnreachableShape | WaitTimedOutShape
type UserErrorShape = ChangeErrorShape | WaitErrorShape

/** What the refusal of a change is for the caller. */
export function toChangeError(refusal: Refusal): ChangeErrorShape {
  const { message, code } = refusal
  if (refusal instanceof NotFound) return notFound(refusal)
  if (refusal instanceof InvalidInput)
    return {
      typeName: 'InvalidInputError',
      message,
      code,
      fieldName: refusal.fieldName,
      problems: refusal.problems,
    }
  if (refusal instanceof ActionNotAvailable)
    return {
      typeName: 'ActionNotAvailableError',
      message,
      code,
      action: refusal.action,
      resource: refusal.resource,
    }
  throw refusal
}

/** What the refusal of a wait is for the caller. */
export function toWaitError(refusal: Refusal): WaitErrorShape {
  if (refusal instanceof NotFound) return notFound(refusal)
  if (!(refusal instanceof WaitEnded)) throw refusal
  const { message, code, snapshot } = refusal
  const typeName = code === 'TIMED_OUT' ? 'WaitTimedOutError' : 'StateUnreachableError'
  return { typeName, message, code, snapshot }
}

function notFound({ message, code, id }: NotFound): NotFoundShape {
  return { typeName: 'NotFoundError', message, code, id }
}

const UserError = builder.interfaceRef<UserErrorShape>('UserError').implement({
  resolveType: (error) => error.typeName,
  description:
    'An error that the caller can correct. It is returned as data, as a member of a result union. End each selection with `... on UserError { message code }`, which also covers errors that are added later.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What is wrong, for people.' }),
    code: t.expose('code', { type: ErrorCode, description: 'What is wrong, for programs.' }),
  }),
})

export const NotFoundError = builder.objectRef<NotFoundShape>('NotFoundError').implement({
  description: 'The account has no such resource.',
  interfaces: [UserError],
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id as it was given.' }) }),
})

const Problem = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One problem with an input.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What is wrong, for people.' }),
    code: t.expose('code', { type: ErrorCode, description: 'What is wrong, for programs.' }),
    fieldName: t.exposeString('fieldName', { description: 'The input field that has the problem.' }),
    path: t.exposeStringList('path', {
      description: 'The path to the field within the input, such as ["name"].',
    }),
  }),
})

export const InvalidInputError = builder.objectRef<InvalidInputShape>('InvalidInputError').implement({
  description: 'Something is wrong with the input; nothing was done.',
  interfaces: [UserError],
  fields: (t) => ({
    fieldName: t.exposeString('fieldName', {
      description: 'The first input field that has a problem, such as volumeId.',
    }),
    problems: t.expose('problems', {
      type: [Problem],
      description:
        'Every problem found, at least one, in the order of the input. The fields above repeat the first.',
    }),
  }),
})

export const ActionNotAvailableError = builder
  .objectRef<ActionNotAvailableShape>('ActionNotAvailableError')
  .implement({
    description:
      'The action is not allowed now, because of the state of the resource or because it is in use; nothing was done.',
    interfaces: [UserError],
    fields: (t) => ({
      action: t.expose('action', { type: Action, description: 'The action that was refused.' }),
      resource: t.expose('resource', { type: Resource, description: 'The resource as it is now.' }),
    }),
  })

export const StateUnreachableError = builder
  .objectRef<StateUnreachableShape>('StateUnreachableError')
  .implement({
    description:
      'The snapshot cannot come into the state that is waited for: its last transition failed, or it is being removed, for example.',
    interfaces: [UserError],
    fields: (t) => ({
      snapshot: t.expose('snapshot', { type: Snapshot, description: 'The snapshot as it is now.' }),
    }),
  })

export const WaitTimedOutError = builder.objectRef<WaitTimedOutShape>('WaitTimedOutError').implement({
  description:
    'The snapshot has not come into the state that is waited for in time. Work on it goes on: wait again.',
  interfaces: [UserError],
  fields: (t) => ({
    snapshot: t.expose('snapshot', { type: Snapshot, description: 'The snapshot as it is now.' }),
  }),
})
