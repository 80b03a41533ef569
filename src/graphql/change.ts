import { GraphQLError } from 'graphql'
import type { ResourceRow } from '../database/tables.ts'
import type { Outcome } from '../resources/idempotency.ts'
import type { Change } from '../resources/lifecycle.ts'
import type { Context } from './context.ts'
import { createLoaders } from './loaders.ts'
import { refusalAsData } from './result-union.ts'
import { roleRefusal } from './roles.ts'
import type { UserErrorShape } from './user-errors.ts'

/**
 * What every mutation's resolver does around its one command: the role first, refusals as data, and fresh loaders,
 * so that the rest of the document sees the change, or what there is of one that failed. Throws a top-level FORBIDDEN,
 * and begins nothing once the request is to end.
 */
export async function change<Row extends ResourceRow>(
  context: Context,
  name: Change,
  command: () => Promise<Outcome<Row>>,
): Promise<Row | UserErrorShape> {
  const forbidden = roleRefusal(context.role, name)
  if (forbidden !== null) {
    context.onChange?.({ change: name, outcome: 'refused', code: 'FORBIDDEN' })
    throw new GraphQLError(forbidden, { extensions: { code: 'FORBIDDEN' } })
  }
  context.bond.throwIfBroken()
  const outcome = await refusalAsData(command)
    .catch((error: unknown) => {
      context.onChange?.({ change: name, outcome: 'failed' })
      throw error
    })
    .finally(() => {
      context.loaders = createLoaders(context.scope)
    })
  if ('typeName' in outcome) {
    context.onChange?.({ change: name, outcome: 'refused', code: outcome.code })
    return outcome
  }
  const { replayed, ...changed } = outcome
  context.onChange?.(
    replayed ? { change: name, outcome: 'replayed' } : { change: name, outcome: 'accepted', ...changed },
  )
  if (replayed) context.replayed = true
  return outcome.row
}
