import { errorCodes } from '../resources/errors.ts'
import { builder } from './builder.ts'

const codeDescriptions: Record<(typeof errorCodes)[number], string> = {
  NOT_FOUND: 'The account has no such resource.',
  INVALID_REFERENCE: 'The id of another resource names none that can be used here.',
  INVALID_FORMAT:
    'The value does not have the form that is asked for, such as a path below the volumes root.',
  INVALID_CHARACTERS:
    'The text contains characters that are not allowed, such as control characters in a name.',
  INVALID_OPTION: 'The value is none of those on offer, such as the name of a storage driver.',
  NOT_NULLABLE: 'The field must not be null.',
  MIN_LENGTH_EXCEEDED: 'The text is too short, in Unicode code points.',
  MAX_LENGTH_EXCEEDED: 'The text is too long, in Unicode code points.',
  NOT_UNIQUE: 'Another resource has this value already.',
  ACTION_NOT_AVAILABLE: 'The resource is not in a state in which the action is accepted.',
  FORBIDDEN: 'The role of the caller does not suffice.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used for another mutation or input within 24 hours.',
}

export const ErrorCode = builder.enumType('ErrorCode', {
  description: 'What is wrong, for programs. Values may be added: keep a default branch.',
  values: Object.fromEntries(
    errorCodes.map((code) => [code, { value: code, description: codeDescriptions[code] }]),
  ) as Record<(typeof errorCodes)[number], { value: (typeof errorCodes)[number]; description: string }>,
})
