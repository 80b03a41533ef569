import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { type CompiledOperation, compileOperation } from './compile-operation.ts'
import type { Context } from './context.ts'
import { costCeiling, smallVariables } from './cost-ceiling.ts'
import { refuseCostlyOperation } from './refuse-costly-operation.ts'

export type Variables = Readonly<Record<string, unknown>>

/** Executions after which a query is compiled: that takes as long as some of them, and is for what comes again. */
const defaultPatience = 3

/** An operation whose document was found valid, with what is found out once of it. */
export class KnownOperation {
  readonly #schema: GraphQLSchema
  readonly #document: DocumentNode
  readonly #operation: OperationDefinitionNode
  readonly #costCeiling: number
  #patience: number
  /** Undefined until it is compiled, null where it cannot be. */
  #compiled: CompiledOperation | null | undefined

  /** `patience`: executions before it is compiled. */
  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    patience = defaultPatience,
  ) {
    this.#schema = schema
    this.#document = document
    this.#operation = operation
    this.#costCeiling = costCeiling(schema, document, operation)
    this.#patience = patience
  }

  get name(): string | undefined {
    return this.#operation.name?.value
  }

  get type(): 'query' | 'mutation' | 'subscription' {
    return this.#operation.operation
  }

  /**
   * Throws TOO_COSTLY where it may cost more than the limit, and BAD_USER_INPUT for variables that are larger than any
   * input. `size`: how many characters the variables have at most, as JSON.
   */
  refuseCostly(variables: Variables, limit: number, size: number): void {
    if (size <= smallVariables && this.#costCeiling <= limit) return
    const [schema, document, operation] = [this.#schema, this.#document, this.#operation]
    refuseCostlyOperation({ schema, document, operation, variableValues: variables }, limit)
  }

  /** Executes it: by graphql-js, unless it is a query that comes often. */
  execute(contextValue: Context, variableValues: Variables): ExecutionResult | Promise<ExecutionResult> {
    return (
      this.#compiledQuery()?.(contextValue, variableValues) ??
      execute({
        schema: this.#schema,
        document: this.#document,
        operationName: this.name ?? null,
        contextValue,
        variableValues,
      })
    )
  }

  #compiledQuery(): CompiledOperation | null {
    // No mutation: in a compiled one a variable that is left out within an input would arrive as null.
    if (this.#compiled === undefined && this.type === 'query' && this.#patience-- <= 0)
      this.#compiled = compileOperation(this.#schema, this.#document, this.#operation)
    return this.#compiled ?? null
  }
}
