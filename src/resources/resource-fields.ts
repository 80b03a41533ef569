import type { PgColumn } from 'drizzle-orm/pg-core'
import { byCodePoints, type Field } from './field-conditions.ts'
import type { ResourceKind } from './lifecycle.ts'

/** The columns that all resources have in common. */
type CommonColumn =
  | 'id'
  | 'accountId'
  | 'created'
  | 'description'
  | 'removed'
  | 'state'
  | 'transitioning'
  | 'transitioningMessage'
  | 'transitioningProgress'
  | 'uuid'

/** What a kind of resource can be searched and sorted by: what they all have, and `own` fields. In the order of the alphabet. */
export function resourceFields(
  kind: ResourceKind,
  table: Record<CommonColumn, PgColumn>,
  own: Record<string, Field>,
): Record<string, Field> {
  const fields: Record<string, Field> = {
    id: { kind: 'reference', type: kind, column: table.id },
    accountId: { kind: 'reference', type: 'account', column: table.accountId },
    created: { kind: 'time', column: table.created, order: 'CREATED' },
    description: byCodePoints(table.description),
    kind: { kind: 'option', column: null, constant: kind },
    removed: { kind: 'time', column: table.removed },
    state: { ...byCodePoints(table.state), kind: 'option' },
    transitioning: { ...byCodePoints(table.transitioning), kind: 'option' },
    transitioningMessage: byCodePoints(table.transitioningMessage),
    transitioningProgress: { kind: 'integer', column: table.transitioningProgress },
    uuid: { kind: 'uuid', column: table.uuid },
    ...own,
  }
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
}
