import { invalid } from './faults.ts'
import type { FieldRule } from './field-rules.ts'

/** What a command is given: texts, nulls, and nothing for what is left out. */
export type Input = Record<string, string | null>

/**
 * Takes from a body what may be written, and drops the rest, as Rancher does; what the body does not say is taken from
 * `others`. Throws the first fault: of the fields in the order of the body, then of what is missing. What a text may be
 * is left to the command, which tells of all its faults.
 */
export function readInput(
  fields: Readonly<Record<string, FieldRule>>,
  body: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>>,
  on: 'create' | 'update',
): Input {
  const input: Input = {}
  // Not by its entries: a body may have a hundred thousand, of which a handful is meant.
  for (const from of [body, others])
    for (const name in from) {
      const rule = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!rule?.[on] || !Object.hasOwn(from, name) || Object.hasOwn(input, name)) continue
      const value = from[name]
      if (value === null && on === 'create' && rule.required)
        throw invalid('NotNullable', name, `${name} must not be null`)
      input[name] = value === null ? null : textOf(name, value)
    }
  if (on === 'create')
    for (const [name, { required }] of Object.entries(fields))
      if (required && !Object.hasOwn(input, name))
        throw invalid('MissingRequired', name, `${name} is required`)
  return input
}

/** A number or a truth value is its text, as Rancher takes it; a number only where it is exact. */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  throw invalid('InvalidFormat', name, `${name} must be a text`)
}
