import type { ErrorCode as ErrorCodeName } from '../resources/errors.ts'
import { builder } from './builder.ts'

export const ErrorCode = builder.enumType('ErrorCode', {
  description: 'What is wrong, for programs. Values may be added: keep a default branch.',
  values: {
    NOT_FOUND: { description: 'The account has no such resource.' },
    INVALID_REFERENCE: { description: 'The id of another resource names none that can be used here.' },
    INVALID_FORMAT: {
      description:
        'The value does not have the form that is asked for, such as a path below the volumes root.',
    },
    INVALID_CHARACTERS: {
      description: 'The text contains characters that are not allowed, such as control characters in a name.',
    },
    INVALID_OPTION: {
      description: 'The value is none of those on offer, such as the name of a storage driver.',
    },
    NOT_NULLABLE: { description: 'The field must not be null.' },
    MIN_LENGTH_EXCEEDED: { description: 'The text is too short, in Unicode code points.' },
    MAX_LENGTH_EXCEEDED: { description: 'The text is too long, in Unicode code points.' },
    NOT_UNIQUE: { description: 'Another resource has this value already.' },
    ACTION_NOT_AVAILABLE: { description: 'The resource is not in a state in which the action is accepted.' },
    FORBIDDEN: { description: 'The role of the caller does not suffice.' },
    IDEMPOTENCY_KEY_REUSED: {
      description: 'The idempotency key was used for another mutation or input within 24 hours.',
    },
  } satisfies Record<ErrorCodeName, { description: string }>,
})
