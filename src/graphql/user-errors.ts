import type { ResourceRow } from '../database/tables.ts'
import {
  ActionNotAvailable,
  type ErrorCode as ErrorCodeName,
  type InputProblem,
  InvalidInput,
  NotFound,
  type Refusal,
} from '../resources/errors.ts'
import type { Action as ActionName } from '../resources/lifecycle.ts'
import { Action } from './action-status.ts'
import { builder } from './builder.ts'
import { ErrorCode } from './error-code.ts'
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
export type UserErrorShape = NotFoundShape | InvalidInputShape | ActionNotAvailableShape

/** What a refusal of the domain is for the caller. */
export function toUserError(refusal: Refusal): UserErrorShape {
  const { message, code } = refusal
  if (refusal instanceof NotFound) return { typeName: 'NotFoundError', message, code, id: refusal.id }
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
