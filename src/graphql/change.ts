import type { ResourceRow } from '../database/tables.ts'
import type { Outcome } from '../resources/idempotency.ts'
import type { Change } from '../resources/lifecycle.ts'
import { performChange } from '../resources/perform-change.ts'
import type { Context } from './context.ts'
import { createLoaders } from './loaders.ts'
import { refusalAsData } from './result-union.ts'
import { type ChangeErrorShape, toChangeError } from './user-errors.ts'

/**
 * What every mutation's resolver does around its one command: refusals as data, and fresh loaders, so that the rest of
 * the document sees the change, or what there is of one that failed. Throws a top-level FORBIDDEN, and begins nothing
 * once the request is to end.
 */
export async function change<Row extends ResourceRow>(
  context: Context,
  name: Change,
  command: () => Promise<Outcome<Row>>,
): Promise<Row | ChangeErrorShape> {
  const outcome = await refusalAsData(() => performChange(context, name, command), toChangeError).finally(
    () => {
      context.loaders = createLoaders(context.scope)
    },
  )
  if ('typeName' in outcome) return outcome
  if (outcome.replayed) context.replayed = true
  return outcome.row
}
