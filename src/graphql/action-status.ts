import type { ResourceRow } from '../database/tables.ts'
import type { ErrorCode as ErrorCodeName } from '../resources/errors.ts'
import type { Action as ActionName, Change } from '../resources/lifecycle.ts'
import { isAvailable, refusalReason } from '../resources/lifecycle.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { ErrorCode } from './error-code.ts'
import { roleRefusal } from './roles.ts'

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

export const ActionStatus = builder.objectRef<Status>('ActionStatus').implement({
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

/** What the mutation of this action would answer now, an action that the row's kind has. */
export async function actionStatus(
  row: ResourceRow,
  action: ActionName,
  { role, loaders }: Context,
): Promise<Status> {
  const forbidden = roleRefusal(role, `${row.kind}.${action}` as Change)
  if (forbidden !== null) return { action, code: 'FORBIDDEN', reason: forbidden }
  if (!isAvailable(row.kind, action, row))
    return { action, code: 'ACTION_NOT_AVAILABLE', reason: refusalReason(row.kind, action, row) }
  const reason = row.kind === 'volume' && action === 'remove' ? await loaders.reasonToKeep.load(row.id) : null
  return { action, code: reason === null ? null : 'ACTION_NOT_AVAILABLE', reason }
}
