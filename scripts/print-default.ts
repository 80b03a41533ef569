import { astFromValue, type GraphQLArgument, type GraphQLInputField, print } from 'graphql'

/** The default of an argument or an input field, as a document has it; null where there is none. */
export function printDefault({ defaultValue, type }: GraphQLArgument | GraphQLInputField): string | null {
  const value = defaultValue === undefined ? null : astFromValue(defaultValue, type)
  return value ? print(value) : null
}
