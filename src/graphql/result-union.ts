import type { ResourceRow } from '../database/tables.ts'
import { Refusal } from '../resources/errors.ts'
import { builder } from './builder.ts'
import { typeNames } from './node.ts'
import {
  ActionNotAvailableError,
  type ChangeErrorShape,
  InvalidInputError,
  NotFoundError,
} from './user-errors.ts'

/** The union that a mutation answers with: the resource, or a refusal as data. */
export function resultUnion<Row extends ResourceRow>(
  name: string,
  resource: ReturnType<typeof builder.objectRef<Row>>,
  refusals: 'input only' | 'all',
) {
  return builder.unionType(name, {
    description: 'The resource as it is now, or an error that the caller can correct.',
    types:
      refusals === 'all'
        ? [resource, NotFoundError, InvalidInputError, ActionNotAvailableError]
        : [resource, InvalidInputError],
    resolveType: (value: unknown) => {
      const answer = value as Row | ChangeErrorShape
      return 'typeName' in answer ? answer.typeName : typeNames[answer.kind]
    },
  })
}

/** Turns a refusal that was thrown into the data that it is by `toData`; everything else stays thrown. */
export async function refusalAsData<T, Data>(
  work: () => Promise<T>,
  toData: (refusal: Refusal) => Data,
): Promise<T | Data> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return toData(error)
    throw error
  }
}
