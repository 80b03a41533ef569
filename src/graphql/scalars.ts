import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { parseDateTime } from '../resources/date-time.ts'
import { builder } from './builder.ts'

builder.scalarType('DateTime', {
  description:
    'A time as in RFC 3339. Output: in UTC, with six fraction digits, such as 2026-01-31T12:00:00.123456Z. Input: any offset, up to six fraction digits.',
  serialize: (value) => value,
  parseValue: toDateTime,
  parseLiteral: (node) => toDateTime(textOf(node), node),
})

builder.scalarType('BigInt', {
  description:
    'A 64-bit integer. Always a decimal string, even when it is small, because JSON numbers lose digits.',
  serialize: (value) => String(value),
  parseValue: toBigInt,
  parseLiteral: (node) => toBigInt(textOf(node), node),
})

builder.scalarType('UUID', {
  description: 'A UUID in lower case, with hyphens.',
  serialize: (value) => value,
  parseValue: toUuid,
  parseLiteral: (node) => toUuid(textOf(node), node),
})

function textOf(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined
}

function toDateTime(value: unknown, node?: ValueNode): string {
  const parsed = typeof value === 'string' ? parseDateTime(value) : null
  if (parsed === null)
    throw badInput(
      'a DateTime is RFC 3339 with an offset and at most six fraction digits, such as 2026-01-31T12:00:00Z',
      node,
    )
  return parsed
}

function toBigInt(value: unknown, node?: ValueNode): string {
  if (typeof value !== 'string' || !/^-?(0|[1-9][0-9]{0,18})$/.test(value))
    throw badInput('a BigInt is a decimal string', node)
  return value
}

function toUuid(value: unknown, node?: ValueNode): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
    throw badInput('a UUID is 32 lower-case hex digits in five groups', node)
  return value
}

/** The literal at fault, if it is one, gives the error its place in the document. */
function badInput(message: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null, extensions: { code: 'BAD_USER_INPUT' } })
}
