import { GraphQLError, NoSchemaIntrospectionCustomRule, validate } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Whether callers may ask for the schema. Where not, __schema and __type are refused, and no message tells of a name
 * that the caller did not write. __typename stays.
 */
export function useIntrospection(allowed: boolean): Plugin {
  if (allowed) return {}
  return {
    onValidate: ({ addValidationRule, setValidationFn }) => {
      addValidationRule(NoSchemaIntrospectionCustomRule)
      setValidationFn((schema, document, rules) =>
        validate(schema, document, rules, { hideSuggestions: true }),
      )
    },
    // Variables are checked by the executor, which has no such option that works (2.1.0).
    onExecute: () => ({
      onExecuteDone: ({ result, setResult }) => {
        if ('errors' in result && result.errors && result.data === undefined)
          setResult({ ...result, errors: result.errors.map(withoutSuggestion) })
      },
    }),
  }
}

function withoutSuggestion(error: GraphQLError): GraphQLError {
  const { message, nodes = null, extensions } = error
  const suggestion = message.lastIndexOf(' Did you mean ')
  if (suggestion < 0 || !message.endsWith('?')) return error
  return new GraphQLError(message.slice(0, suggestion), { nodes, extensions })
}
