import { GraphQLError } from 'graphql'
import { RequestError } from '../resources/errors.ts'

/**
 * Says what is wrong with a document whose validation graphql-js gave up: it compares fields that are answered under
 * the same name with each other, up to a bound that is not for the caller to guess.
 */
export function explainAbortedValidation(errors: readonly Error[]): Error[] {
  if (!errors.some(({ message }) => message === 'Validation aborted.')) return [...errors]
  const message =
    'the document repeats its fields too often: checking whether they fit together takes too long'
  return [new GraphQLError(message, { originalError: new RequestError('TOO_COSTLY', message) })]
}
