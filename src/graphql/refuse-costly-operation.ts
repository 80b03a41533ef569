import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { RequestError } from '../resources/errors.ts'
import { argumentValues } from './argument-values.ts'
import { costIn } from './operation-cost.ts'

/** An operation that is about to be executed: a valid one, with variables that nobody has checked. */
export interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  variableValues: Readonly<Record<string, unknown>>
}

/** Refuses an operation that may cost more than the limit. Throws TOO_COSTLY, with both in its details. */
export function refuseCostlyOperation(
  { schema, document, operation, variableValues }: Operation,
  limit: number,
): void {
  const cost = costIn(schema, document, operation, argumentValues(operation, variableValues))
  if (cost <= limit) return
  const spelled = cost > greatest ? `more than ${format(greatest)}` : `up to ${format(cost)}`
  throw new RequestError(
    'TOO_COSTLY',
    `this may cost ${spelled}, and at most ${format(limit)} is allowed: ask for smaller pages, for fewer fields, or in several requests`,
    { details: { cost: Math.min(Math.ceil(cost), greatest), maximumCost: limit } },
  )
}

/** Beyond it nobody needs to know how costly something is. */
const greatest = 1e12
const format = (cost: number) => Math.ceil(cost).toLocaleString('en-US')
