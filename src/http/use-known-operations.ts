import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import type { KnownOperations } from './known-operations.ts'
import type { HttpContext } from './use-parameters.ts'

/** What a request has that is executed already, and that Yoga has only to answer. */
export interface Executed {
  result?: ExecutionResult | undefined
}

type Served = Context & HttpContext & Executed

/**
 * Executes what Yoga has found valid as what is known is executed, and keeps it for the next time. What may cost more
 * than the limit is refused before.
 */
export function useKnownOperations(known: KnownOperations, costLimit: number): Plugin<Served, Served> {
  return {
    onParams: ({ context, setResult }) => {
      const { result } = context as Served
      if (result) setResult(result)
    },
    onExecute: ({ args: { document, operationName, variableValues, contextValue }, setExecuteFn }) => {
      const operation = known.of(document, operationName)
      if (operation === null) return
      const { http } = contextValue
      const variables = variableValues ?? {}
      tell(http.asked, operation)
      operation.refuseCostly(variables, costLimit, Number.POSITIVE_INFINITY)
      if (http.method === 'POST') known.remember(http.body, operation)
      setExecuteFn(() => operation.execute(contextValue, variables))
    },
  }
}

/** Keeps the name and the type of the operation for the log. */
export function tell(
  asked: HttpContext['http']['asked'],
  { type, name }: { type: string; name: string | undefined },
): void {
  if (asked === null) return
  asked.type = type
  if (name !== undefined) asked.operation = name
}
