import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql'
import { maximumEntries } from '../resources/filter.ts'
import { type ArgumentValues, countValues } from './argument-values.ts'
import { costIn } from './operation-cost.ts'

/** Characters that variables may have together, as JSON, for the ceiling to hold. */
export const smallVariables = 500

/**
 * What an operation may cost at most with small variables, whatever they are: most operations may cost less than the
 * limit allows then, and need no look at each request's.
 */
export function costCeiling(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  return costIn(schema, document, operation, anyVariables)
}

/** A list so long is the costliest that a variable can be; as a page's size, which it cannot be, it counts as the largest. */
const longest = new Array(maximumEntries)

const anyVariables: ArgumentValues = {
  read: (node) => (node.kind === Kind.VARIABLE ? longest : valueFromASTUntyped(node)),
  countOf: (node) => countValues(node, () => smallVariables), // each value has a character at least
}
