import type { ErrorCode as ErrorCodeName } from '../resources/errors.ts'
import { builder } from './builder.ts'

export const ErrorCode = builder.enumType('ErrorCode', {
  description: 'What is wrong, for programs. Values may be added, so keep a default branch.',
  values: {
    NOT_FOUND: { description: 'The account has no such resource.' },
    INVALID_REFERENCE: {
      description: 'The input refers to a resource that does not exist or cannot be used here.',
    },
    INVALID_FORMAT: {
      description:
        'The value does not have the required form: a path that leaves the volumes root, for example.',
    },
    INVALID_CHARACTERS: {
      description:
        'The text contains characters that are not allowed: control characters in a name, for example.',
    },
    INVALID_OPTION: {
      description: 'The value is not one of those available: an unknown storage driver, for example.',
    },
    NOT_NULLABLE: { description: 'The field must not be null.' },
    MIN_LENGTH_EXCEEDED: { description: 'The text has too few characters, counted in Unicode code points.' },
    MAX_LENGTH_EXCEEDED: { description: 'The text has too many characters, counted in Unicode code points.' },
    NOT_UNIQUE: { description: 'Another resource already has this value.' },
    ACTION_NOT_AVAILABLE: {
      description:
        'The action is not allowed now, because of the state of the resource or because it is in use.',
    },
    FORBIDDEN: { description: 'The role of the caller does not allow this.' },
    IDEMPOTENCY_KEY_REUSED: {
      description:
        'The idempotency key was used for another mutation or other input within the last 24 hours.',
    },
    STATE_UNREACHABLE: {
      description: 'What is waited for cannot come any more: the work has failed, or leads elsewhere.',
    },
    TIMED_OUT: { description: 'What was waited for has not come in time; it may still come.' },
  } satisfies Record<ErrorCodeName, { description: string }>,
})
