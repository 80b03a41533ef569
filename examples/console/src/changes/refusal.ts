import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'

export const Refusal = graphql(`
  fragment Refusal on UserError {
    __typename
    message
    code
    ... on InvalidInputError {
      problems {
        fieldName
        message
      }
    }
    ... on ActionNotAvailableError {
      resource {
        id
        transitioning
        transitioningMessage
        actions {
          action
          available
          reason
        }
        ... on Snapshot {
          ...SnapshotRow
          ...SnapshotPanel
        }
      }
    }
  }
`)

/** Why a change was refused, for people. */
export interface Refused {
  /** About the whole; null where the fields say it all. */
  message: string | null
  /** By the names of fields of the input. */
  fields: Record<string, string>
}

/** Says what a refusal means, at the fields that a form has; problems of others are told as the form's. */
export function readRefusal(masked: FragmentType<typeof Refusal>, shown: readonly string[]): Refused {
  const refusal = unmask(Refusal, masked)
  switch (refusal.__typename) {
    case 'InvalidInputError': {
      const fields: Record<string, string> = {}
      const others: string[] = []
      for (const { fieldName, message } of refusal.problems) {
        if (!shown.includes(fieldName)) others.push(message)
        else fields[fieldName] = fields[fieldName] ? `${fields[fieldName]}; ${message}` : message
      }
      return { message: others.length > 0 ? others.join('; ') : null, fields }
    }
    case 'NotFoundError':
      return { message: `${refusal.message}. It may have been made by another account.`, fields: {} }
    case 'ActionNotAvailableError': // the resource as it is now is in the cache already, and is shown
      return { message: refusal.message, fields: {} }
    default: // an error that was added to the gateway after this console was built
      return { message: refusal.message ?? 'The gateway has refused this.', fields: {} }
  }
}
