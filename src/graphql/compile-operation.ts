import {
  type DirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type Source,
  visit,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import type { Context } from './context.ts'
import { orderDependsOnDirectives } from './order-by-directives.ts'

/** Characters of a document: to compile ten thousand can take 50 ms, in which nobody else is answered. */
const longest = 10_000

/** Executes an operation. Null where its variables are not what they should be: then nothing was executed. */
export type CompiledOperation = (
  context: Context,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | Promise<ExecutionResult> | null

/**
 * Makes a function of a query, which answers as graphql-js does. Null where there is none that would: graphql-jit takes
 * null for false where a directive gets it by a variable, does not mind directives in the order of fields, and asks for
 * a variable that may not be null also where it has a default. Nor where the document is so long that to compile it would hold up others.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation | null {
  const { variableDefinitions = [], selectionSet } = operation
  if (Number(document.loc?.end) > longest) return null
  if (variableDefinitions.some(({ type, defaultValue }) => defaultValue && type.kind === Kind.NON_NULL_TYPE))
    return null
  const nullable = new Set(
    variableDefinitions.flatMap(({ type, variable }) =>
      type.kind === Kind.NON_NULL_TYPE ? [] : variable.name.value,
    ),
  )
  const conditions = directivesOf(document)
  if (conditions.some((directive) => takes(directive, nullable))) return null
  if (conditions.length > 0 && orderDependsOnDirectives([selectionSet], fragmentsOf(document))) return null
  const compiled = compileQuery(schema, document, operation.name?.value)
  if (!isCompiledQuery(compiled)) return null

  const source = document.loc?.source
  const answer = ({ data, errors }: ExecutionResult): ExecutionResult =>
    errors
      ? { errors: errors.map((error) => asGraphQLError(error, source)), data: data ?? null }
      : { data: data ?? null }
  return (context, variables) => {
    // By graphql-js: graphql-jit lets through what is wrong, such as a list for an object.
    if (variableDefinitions.length > 0 && getVariableValues(schema, variableDefinitions, variables).errors)
      return null
    const result = compiled.query(undefined, context, variables) as ExecutionResult | Promise<ExecutionResult>
    return result instanceof Promise ? result.then(answer) : answer(result)
  }
}

function directivesOf(document: DocumentNode): DirectiveNode[] {
  const found: DirectiveNode[] = []
  visit(document, { Directive: (directive) => void found.push(directive) })
  return found
}

function takes({ arguments: given = [] }: DirectiveNode, variables: ReadonlySet<string>): boolean {
  return given.some(({ value }) => value.kind === Kind.VARIABLE && variables.has(value.name.value))
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  )
}

/** graphql-jit has a class of its own, whose errors do not know the place that they are of, but its line and column. */
function asGraphQLError(error: GraphQLError, source: Source | undefined): GraphQLError {
  const { message, path, originalError, extensions, locations = [] } = error
  return new GraphQLError(message, {
    ...(source && { source, positions: locations.map((location) => offsetOf(source.body, location)) }),
    path: path ?? null,
    originalError: originalError ?? null,
    extensions,
  })
}

function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  const breaks = /\r\n|[\n\r]/g
  for (let at = 1; at < line; at++) breaks.exec(text)
  return breaks.lastIndex + column - 1
}
