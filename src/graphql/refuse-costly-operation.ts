import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
} from 'graphql'
import { RequestError } from '../resources/errors.ts'
import { argumentValues } from './argument-values.ts'
import { type FieldCosts, fieldCosts } from './field-costs.ts'
import { operationCost } from './operation-cost.ts'

/** An operation that is about to be executed: a valid one, with variables that nobody has checked. */
export interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: Readonly<Record<string, unknown>> | null | undefined
}

/** Refuses an operation that may cost more than the limit. Throws TOO_COSTLY, with both in its details. */
export function refuseCostlyOperation(
  { schema, document, operationName, variableValues }: Operation,
  limit: number,
): void {
  const operation = getOperationAST(document, operationName)
  const root = operation && schema.getRootType(operation.operation)
  if (!root) return // which one is meant, or that there is none, is told by whoever executes it
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const cost = operationCost(root, operation.selectionSet, {
    schema,
    fragments,
    values: argumentValues(operation, variableValues ?? {}),
    fieldCosts: fieldCostsOf(schema),
    known: new Map(),
  })
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

const known = new WeakMap<GraphQLSchema, FieldCosts>()

function fieldCostsOf(schema: GraphQLSchema): FieldCosts {
  const costs = known.get(schema) ?? fieldCosts(schema)
  known.set(schema, costs)
  return costs
}
