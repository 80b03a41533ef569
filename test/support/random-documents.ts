import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { schema } from '../../src/graphql/schema.ts'

/** A request as a caller might send it, sound or not. */
export interface RandomRequest {
  query: string
  variables: Record<string, unknown>
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const hostile = [
  '',
  '\0',
  '\ud800',
  '\u{1f600}',
  '%',
  "'; drop table snapshot; --",
  '\\',
  '"',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'x'.repeat(2000),
  '\n\t\r',
  '1s1\u0000',
  '9'.repeat(400),
  '2026-02-30T00:00:00Z',
  '-infinity',
]
const wrong = [
  null,
  true,
  -1,
  1.5,
  1e300,
  2 ** 53,
  '',
  'x',
  [],
  [[[]]],
  {},
  { a: { a: {} } },
  ['1s1', 7, null],
]

/**
 * Makes requests from the schema: operations of any kind with fields, arguments, variables, fragments, directives and
 * aliases, of which some fit and some do not. `ids` are those of the rows that there are.
 */
export function randomRequests(random: () => number, ids: readonly string[]) {
  const chance = (probability: number) => random() < probability
  const upTo = (most: number) => Math.floor(random() * (most + 1))
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length - 1)] as T
  const text = () => (chance(0.3) ? pick(hostile) : pick(['a', 'vfs', 'volume-1', 'Ä', 'name']))
  const id = () =>
    chance(0.8) ? pick(ids) : pick(['1s0', '1v99999999999999999999', '1se7', 'x', ...hostile])
  const time = () =>
    chance(0.7) ? `20${10 + upTo(80)}-01-31T12:00:00${pick(['Z', '+02:00', '.123456Z'])}` : text()

  /** Of the state of one request: how wrong it is, and what it has defined. */
  let wildness = 0
  let definitions: string[] = []
  let fragments: string[] = []
  let variables: Record<string, unknown> = {}

  /** A value as JSON; now and then one of another type. */
  const value = (type: GraphQLInputType, depth = 0): unknown => {
    if (chance(wildness * 0.1)) return pick(wrong)
    if (isNonNullType(type)) return value(type.ofType, depth)
    if (depth > 0 && chance(0.05)) return null
    if (isListType(type)) {
      const many = chance(0.02) ? 101 : upTo(4)
      return chance(0.1)
        ? value(type.ofType, depth + 1)
        : Array.from({ length: many }, () => value(type.ofType, depth + 1))
    }
    if (isEnumType(type)) return pick(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || chance(0.3),
      )
      const entries = fields.map((field) => [field.name, value(field.type, depth + 1)])
      return Object.fromEntries(chance(wildness * 0.2) ? [...entries, [text(), 1]] : entries)
    }
    switch ((type as GraphQLNamedType).name) {
      case 'Int':
        return chance(0.9) ? upTo(5) : pick([-1, 0, 100, 101, 2 ** 31 - 1, -(2 ** 31)])
      case 'Boolean':
        return chance(0.5)
      case 'ID':
        return id()
      case 'DateTime':
        return time()
      default:
        return text()
    }
  }

  /** The same as a literal, with an enum's values bare. */
  const literal = (json: unknown, type: GraphQLInputType): string => {
    const nullable = getNullableType(type)
    if (json === null || typeof json === 'boolean' || typeof json === 'number')
      return String(json).replace('e+', 'e')
    if (Array.isArray(json))
      return `[${json.map((entry) => literal(entry, isListType(nullable) ? nullable.ofType : type)).join(', ')}]`
    if (typeof json === 'object') {
      const fields: Record<string, { type: GraphQLInputType }> = isInputObjectType(nullable)
        ? nullable.getFields()
        : {}
      return `{ ${Object.entries(json)
        .map(([name, part]) => `${name || 'a'}: ${literal(part, fields[name]?.type ?? type)}`)
        .join(', ')} }`
    }
    const inner = getNamedType(type)
    return isEnumType(inner) && !chance(wildness * 0.2) ? String(json) : JSON.stringify(json)
  }

  const argument = ({ name, type }: GraphQLArgument): string => {
    // Thousands of requests would wait for hours.
    const json = name === 'timeoutSeconds' ? pick([1, 1, 1, 0, 601]) : value(type)
    if (chance(0.3)) {
      const variable = `v${definitions.length}`
      const spelled = chance(wildness * 0.1)
        ? pick(['Int', 'String', '[ID!]', 'Snapshot', 'Nope!'])
        : String(type)
      const fallback = chance(0.1) && !isNonNullType(type) ? ` = ${literal(value(type), type)}` : ''
      definitions.push(`$${variable}: ${spelled}${fallback}`)
      if (!chance(0.1)) variables[variable] = json
      return `${name}: $${variable}`
    }
    return `${name}: ${literal(json, type)}`
  }

  const directives = (): string => {
    if (!chance(0.05)) return ''
    return pick([
      ' @include(if: true)',
      ' @skip(if: false)',
      ' @skip(if: true)',
      ...(chance(wildness) ? [' @nope', ' @skip', ' @include(if: "x")'] : []),
    ])
  }

  const field = ({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string => {
    // An alias for each: the same field with other arguments does not fit together.
    const alias =
      args.length > 0 || chance(0.05)
        ? `${pick(['a', 'b', '__x', 'constructor', '_'])}${upTo(999)}${name.length}: `
        : ''
    const given = args.filter((arg) => (isNonNullType(arg.type) && !chance(wildness * 0.05)) || chance(0.25))
    // Both would be refused.
    const fitting =
      given.some((arg) => arg.name === 'first') && !chance(0.1)
        ? given.filter((arg) => arg.name !== 'last')
        : given
    const listed = fitting.map(argument)
    if (chance(wildness * 0.05)) listed.push(`${pick(['nope', 'first'])}: 1`)
    const head = `${alias}${name}${listed.length > 0 ? `(${listed.join(', ')})` : ''}${directives()}`
    const inner = getNamedType(type)
    if (!isCompositeType(inner)) return chance(wildness * 0.02) ? `${head} { id }` : head
    return chance(wildness * 0.02) ? head : `${head} ${selection(inner, depth + 1)} `
  }

  /** One that waits is rare: nearly every request would do nothing else. */
  const pickField = (fields: GraphQLField<unknown, unknown>[]) => {
    const picked = pick(fields)
    return picked.name === 'awaitSnapshot' && chance(0.9) ? pick(fields) : picked
  }

  const selection = (type: GraphQLNamedType, depth: number): string => {
    const parts: string[] = chance(0.2) ? ['__typename'] : []
    if (isObjectType(type) || ('getFields' in type && !isInputObjectType(type))) {
      const fields = Object.values((type as GraphQLObjectType).getFields())
      const open = depth > 7 ? fields.filter((each) => !isCompositeType(getNamedType(each.type))) : fields
      const count = depth < 2 ? 1 + upTo(2) : 1 + upTo(4)
      for (let n = 0; n < count && open.length > 0; n++) parts.push(field(pickField(open), depth))
    }
    if (isAbstractType(type))
      for (const possible of schema.getPossibleTypes(type))
        if (chance(0.4)) parts.push(`... on ${possible.name} ${selection(possible, depth + 1)}`)
    if (isCompositeType(type) && chance(0.05) && depth < 6) {
      const name = `f${fragments.length}`
      fragments.push('')
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selection(type, depth + 1)}`
      parts.push(`...${name}`)
    }
    if (chance(wildness * 0.03))
      parts.push(
        pick([
          'nope',
          '...nope',
          `...f0`,
          '... on Nope { id }',
          '... on Volume { id }',
          '...{ id }',
          '{',
          '}',
          '$',
          '"',
          '#',
        ]),
      )
    return `{ ${parts.length > 0 ? parts.join('\n') : '__typename'} }`
  }

  /** What happens to a text on the way. */
  const damaged = (query: string): string => {
    const at = upTo(query.length)
    return pick([
      query.slice(0, at),
      `${query.slice(0, at)}${pick([...hostile, '{', '}', '(', '!', '...', '@', '$', '"""'])}${query.slice(at)}`,
      `${query.slice(0, at)}${query.slice(at + 1 + upTo(5))}`,
    ])
  }

  return (): RandomRequest => {
    wildness = chance(0.6) ? 0 : random()
    definitions = []
    fragments = []
    variables = {}
    const kind = chance(0.75) ? 'query' : 'mutation'
    const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType()
    if (!root) throw new Error('the schema has no such type')
    const introspects = kind === 'query' && chance(0.03)
    const body = introspects
      ? pick([
          '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
          '{ __type(name: "Snapshot") { fields { name args { name } } } }',
        ])
      : selection(root, 0)
    const head = `${kind} R${definitions.length > 0 ? `(${definitions.join(', ')})` : ''}`
    const query = `${head} ${body} ${fragments.join(' ')}`
    if (chance(wildness * 0.1)) variables[pick(['x', 'v0', '__proto__'])] = pick(wrong)
    return { query: chance(wildness * 0.2) ? damaged(query) : query, variables }
  }
}
