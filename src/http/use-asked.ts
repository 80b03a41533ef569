import { getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { HttpContext } from './use-parameters.ts'

/** Keeps the name and the type of the operation for the log. */
export function useAsked(): Plugin<HttpContext, HttpContext> {
  return {
    onExecute: ({ args: { document, operationName, contextValue } }) => {
      const { asked } = contextValue.http
      const operation = getOperationAST(document, operationName)
      if (asked === null || !operation) return
      asked.type = operation.operation
      if (operation.name) asked.operation = operation.name.value
    },
  }
}
