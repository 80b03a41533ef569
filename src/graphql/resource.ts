import type { ResourceRow } from '../database/tables.ts'
import type { ErrorCode as ErrorCodeName } from '../resources/errors.ts'
import { formatId } from '../resources/ids.ts'
import type { Action as ActionName } from '../resources/lifecycle.ts'
import { actionsOf, isAvailable, refusalReason } from '../resources/lifecycle.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { ErrorCode } from './error-code.ts'
import { Node, typeNames } from './node.ts'
import { includesRole, requiredRoles } from './roles.ts'

export const Transitioning = builder.enumType('Transitioning', {
  description: 'Rancher: whether a resource is between two states, and whether the last transition failed.',
  values: {
    NO: { value: 'no', description: 'Nothing is under way.' },
    YES: { value: 'yes', description: 'Work is under way, or waits for a worker or for its next attempt.' },
    ERROR: { value: 'error', description: 'The last transition failed; transitioningMessage says why.' },
  } as const,
})

export const Action = builder.enumType('Action', {
  description: 'What can be asked of a resource.',
  values: {
    UPDATE: { value: 'update', description: 'Change name or description.' },
    BACKUP: { value: 'backup', description: 'Make a verified copy of a snapshot on the backup target.' },
    REMOVE: { value: 'remove', description: 'Remove the resource.' },
  } as const,
})

interface Status {
  action: ActionName
  code: ErrorCodeName | null
  reason: string | null
}

const ActionStatus = builder.objectRef<Status>('ActionStatus').implement({
  description: "Rancher's `actions`, with the reason where one is not to be had now (state, use, role).",
  fields: (t) => ({
    action: t.expose('action', { type: Action, description: 'The action.' }),
    available: t.boolean({
      description: 'Whether the caller can have it now.',
      resolve: (status) => status.code === null,
    }),
    code: t.expose('code', {
      type: ErrorCode,
      nullable: true,
      description: 'Why it is not available: ACTION_NOT_AVAILABLE or FORBIDDEN. Null if it is.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'The same for people. Null if it is.' }),
  }),
})

export const Resource = builder.interfaceRef<ResourceRow>('Resource').implement({
  description: 'Rancher: the common fields, the same on every resource.',
  interfaces: [Node],
  resolveType: (row) => typeNames[row.kind],
  fields: (t) => ({
    id: t.id({
      description:
        'Rancher ids, unique over all types: 1s12 is snapshot 12, 1v34 volume 34, 1b56 backup 56, 1a7 account 7.',
      resolve: (row) => formatId(row.kind, row.id),
    }),
    uuid: t.expose('uuid', { type: 'UUID', description: 'Unique over all installations.' }),
    kind: t.exposeString('kind', { description: 'snapshot, volume or backup.' }),
    name: t.exposeString('name', { nullable: true, description: 'Up to 255 characters.' }),
    description: t.exposeString('description', { nullable: true, description: 'Up to 1024 characters.' }),
    accountId: t.id({
      description: 'The account that owns it.',
      resolve: (row) => formatId('account', row.accountId),
    }),
    created: t.expose('created', { type: 'DateTime', description: 'When it was accepted.' }),
    removed: t.boolean({
      description:
        'Removed resources leave every list but stay readable by id. True from the state REMOVED on, not before.',
      resolve: (row) => row.removed !== null,
    }),
    removeTime: t.expose('removed', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached the state REMOVED; null before.',
    }),
    transitioning: t.expose('transitioning', {
      type: Transitioning,
      description: 'Whether something is under way, or failed.',
    }),
    transitioningMessage: t.exposeString('transitioningMessage', {
      nullable: true,
      description:
        'What is happening, or why the last transition failed. Never a stack, a secret or an SQL text.',
    }),
    transitioningProgress: t.exposeInt('transitioningProgress', {
      nullable: true,
      description: 'Percent done, 0 to 100; null when nothing is under way.',
    }),
    stateName: t.exposeString('state', {
      description:
        "Rancher's spelling of the state, such as backing-up. For mixed lists; each type's own `state` is an enum.",
    }),
    actions: t.field({
      description: 'What can be asked of it now, and where something cannot, why.',
      type: [ActionStatus],
      resolve: (row, _, context) =>
        Promise.all(actionsOf(row.kind).map((action) => status(row, action, context))),
    }),
  }),
})

async function status(row: ResourceRow, action: ActionName, context: Context): Promise<Status> {
  const required = requiredRoles[row.kind][action]
  if (!includesRole(context.role, required))
    return { action, code: 'FORBIDDEN', reason: `this needs the role ${required}` }
  if (!isAvailable(row.kind, action, row))
    return { action, code: 'ACTION_NOT_AVAILABLE', reason: refusalReason(row.kind, action, row) }
  const reason =
    row.kind === 'volume' && action === 'remove' ? await context.loaders.reasonToKeep.load(row.id) : null
  return { action, code: reason === null ? null : 'ACTION_NOT_AVAILABLE', reason }
}
