import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { KnownOperation, type Variables } from '../graphql/known-operation.ts'
import { createDocumentCache } from './document-cache.ts'

/** A request for an operation that is known. */
export interface KnownRequest {
  operation: KnownOperation
  variables: Variables
}

export interface KnownOperationsOptions {
  schema: GraphQLSchema
  /** Characters of the documents that are remembered. */
  characters: number
  /** Executions of a query before it is compiled; left out: a few. */
  patience?: number | undefined
}

/** The operations that were found valid, and by which bodies of requests they were asked. */
export class KnownOperations {
  readonly #options: KnownOperationsOptions
  readonly #byBody
  readonly #byDefinition = new WeakMap<OperationDefinitionNode, KnownOperation>()

  constructor(options: KnownOperationsOptions) {
    this.#options = options
    this.#byBody = createDocumentCache<KnownOperation>(options.characters)
  }

  /** What a body asks; null where it is not known, or has anything unusual: then it is to be looked at. */
  find(body: unknown): KnownRequest | null {
    const key = keyOf(body)
    const operation = key === null ? undefined : this.#byBody.get(key)
    return operation ? { operation, variables: (body as Params).variables ?? {} } : null
  }

  /** The operation of a document that was found valid; null where there is none of that name, or several without one. */
  of(document: DocumentNode, operationName: string | null | undefined): KnownOperation | null {
    const definition = getOperationAST(document, operationName)
    if (!definition) return null
    const known = this.#byDefinition.get(definition)
    if (known) return known
    const { schema, patience } = this.#options
    const operation = new KnownOperation(schema, document, definition, patience)
    this.#byDefinition.set(definition, operation)
    return operation
  }

  /** The body has asked the operation, and was found right in all but its variables. */
  remember(body: unknown, operation: KnownOperation): void {
    const key = keyOf(body)
    if (key !== null) this.#byBody.set(key, operation)
  }
}

interface Params {
  query?: string
  documentId?: string
  operationName?: string | null
  variables?: Variables | null
  extensions?: object | null
}

/** By what a body is known: its document or the id of one, and the name of the operation. */
function keyOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  for (const name in body) if (!names.has(name)) return null
  const { query, documentId, operationName, variables, extensions } = body as Record<string, unknown>
  if (typeof (variables ?? {}) !== 'object' || Array.isArray(variables)) return null
  if (extensions != null || typeof (operationName ?? '') !== 'string') return null
  const name = operationName == null ? '' : `${operationName} of `
  if (typeof query === 'string') return documentId === undefined ? `${name}${query}` : null
  return typeof documentId === 'string' ? `${name}document ${documentId}` : null
}

const names = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions'])
