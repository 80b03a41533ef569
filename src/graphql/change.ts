import { GraphQLError } from 'graphql'
import type { Outcome } from '../resources/idempotency.ts'
import type { Change } from '../resources/lifecycle.ts'
import type { Context } from './context.ts'
import { createLoaders } from './loaders.ts'
import { refusalAsData } from './result-union.ts'
import { roleRefusal } from './roles.ts'
import type { UserErrorShape } from './user-errors.ts'

/**
 * What every mutation's resolver does around its one command: the role first, refusals as data, and fresh loaders,
 * so that the rest of the document sees the change, or what there is of one that failed. Throws a top-level FORBIDDEN.
 */
export async function change<Row>(
  context: Context,
  name: Change,
  command: () => Promise<Outcome<Row>>,
): Promise<Row | UserErrorShape> {
  const forbidden = roleRefusal(context.role, name)
  if (forbidden !== null) throw new GraphQLError(forbidden, { extensions: { code: 'FORBIDDEN' } })
  const outcome = await refusalAsData(command).finally(() => {
    context.loaders = createLoaders(context.scope)
  })
  if ('typeName' in outcome) return outcome
  if (outcome.replayed) context.replayed = true
  return outcome.row
}
