import {
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import type { DocumentLimits } from './document-limits.ts'
import { refuseDeepDocument } from './refuse-deep-document.ts'
import { refuseLargeDocument } from './refuse-large-document.ts'

export interface DocumentRules {
  schema: GraphQLSchema
  limits: DocumentLimits
  introspection: boolean
}

/** Everything for which a document would be refused whatever its variables are, each with its place if it has one. */
export function problemsOfDocument(text: string, { schema, limits, introspection }: DocumentRules): string[] {
  try {
    refuseLargeDocument(text, limits)
    const document = parse(text)
    refuseDeepDocument(document, limits.depth)
    const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
    return validate(schema, document, rules).map(withPlace)
  } catch (error) {
    return [error instanceof GraphQLError ? withPlace(error) : String((error as Error).message)]
  }
}

function withPlace({ message, locations }: GraphQLError): string {
  const [place] = locations ?? []
  return place ? `${message} (line ${place.line}, column ${place.column})` : message
}
