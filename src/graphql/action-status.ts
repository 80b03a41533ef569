import type { ResourceRow } from '../database/tables.ts'
import type { ErrorCode as ErrorCodeName } from '../resources/errors.ts'
import type { Action as ActionName, Change } from '../resources/lifecycle.ts'
import { isAvailable, refusalReason } from '../resources/lifecycle.ts'
import { roleRefusal } from '../resources/roles.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { ErrorCode } from './error-code.ts'

export const Action = builder.enumType('Action', {
  description: 'What can be done with a resource.',
  values: {
    UPDATE: { value: 'update', description: 'Change its name or description.' },
    BACKUP: { value: 'backup', description: 'Make a verified copy of a snapshot on the backup target.' },
    REMOVE: { value: 'remove', description: 'Remove the resource.' },
  } as const,
})

interface Status {
  action: ActionName
  code: ErrorCodeName | null
  reason: string | null
}

export const ActionStatus = builder.objectRef<Status>('ActionStatus').implement({
  description:
    "One of Rancher's `actions`: whether it is available now and, if not, why (state, use or role).",
  fields: (t) => ({
    action: t.expose('action', { type: Action, description: 'The action.' }),
    available: t.boolean({
      description: 'Whether the caller can perform it now.',
      resolve: (status) => status.code === null,
    }),
    code: t.expose('code', {
      type: ErrorCode,
      nullable: true,
      description:
        'Why the action is not available: ACTION_NOT_AVAILABLE or FORBIDDEN. Null if it is available.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The same in words, for people. Null if the action is available.',
    }),
  }),
})

/** Whether the caller may have an action of the row's kind now, as its mutation would say. */
export async function actionStatus(
  row: ResourceRow,
  action: ActionName,
  { role, loaders }: Context,
): Promise<Status> {
  // The compiler pairs every kind with every action; actionsOf gives those that the kind has.
  const forbidden = roleRefusal(role, `${row.kind}.${action}` as Change)
  if (forbidden !== null) return { action, code: 'FORBIDDEN', reason: forbidden }
  if (!isAvailable(row.kind, action, row))
    return { action, code: 'ACTION_NOT_AVAILABLE', reason: refusalReason(row.kind, action, row) }
  const reason = row.kind === 'volume' && action === 'remove' ? await loaders.reasonToKeep.load(row.id) : null
  return { action, code: reason === null ? null : 'ACTION_NOT_AVAILABLE', reason }
}
