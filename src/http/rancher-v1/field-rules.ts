import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { schema } from '../../graphql/schema.ts'
import { textRules } from '../../resources/text-rules.ts'

/** What Rancher's schemas say of a field; null: nothing. */
export interface FieldRule {
  type: string
  create: boolean
  update: boolean
  required: boolean
  nullable: boolean
  unique: boolean
  default: string | null
  minLength: number | null
  maxLength: number | null
  min: number | null
  max: number | null
  options: string[] | null
  validChars: string | null
  invalidChars: string | null
  readOnCreateOnly: boolean
  description: string | null
  transform: string | null
}

/** Where a type's rules are stated: in the interface that GraphQL has of it. */
export interface Source {
  /** The object, or the interface of all. */
  type: string
  /** The inputs of the mutations that create and update one; left out: there is none. */
  create?: string
  update?: string
}

/** What GraphQL alone has: links, and what Rancher says otherwise. */
const others = new Set(['id', 'removed', 'removeTime', 'stateName'])

/**
 * The fields of a type, made of the object and the inputs that GraphQL has of it and of the rules for texts, so that
 * both interfaces take and show the same. `more`: what is to be said beside.
 */
export function fieldsOf(
  source: Source,
  more: Record<string, Partial<FieldRule>> = {},
): Record<string, FieldRule> {
  const create = inputOf(source.create)
  const update = inputOf(source.update)
  const fields: Record<string, FieldRule> = {
    id: rule('string', { description: 'Unique; such as 1s12 for snapshot 12.' }),
    removed: rule('date', { nullable: true, description: descriptionOf(source.type, 'removeTime') }),
  }
  for (const [name, field] of Object.entries(outputOf(source.type))) {
    const type = getNamedType(field.type)
    if (others.has(name) || !isLeafType(type) || isListType(field.type)) continue
    fields[name] = rule(typeOf(name, type.name, isEnumType(type)), {
      maxLength: type.name === 'UUID' ? 128 : null, // as Rancher has it
      nullable: !isNonNullType(field.type),
      options: isEnumType(type) ? optionsOf(type) : null,
      description: field.description ?? null,
    })
  }
  for (const [input, on] of [
    [create, 'create'],
    [update, 'update'],
  ] as const)
    for (const [name, field] of Object.entries(input)) {
      if (name === 'id' || name === 'idempotencyKey') continue
      const known = fields[name] ?? rule('string', { nullable: true, description: field.description ?? null })
      fields[name] = {
        ...known,
        [on]: true,
        ...(on === 'create' && { required: isNonNullType(field.type) }),
        ...lengthsOf(name),
      }
    }
  for (const [name, said] of Object.entries(more))
    fields[name] = { ...(fields[name] ?? rule('string')), ...said }
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function rule(type: string, said: Partial<FieldRule> = {}): FieldRule {
  return {
    type,
    create: false,
    update: false,
    required: false,
    nullable: false,
    unique: false,
    default: null,
    minLength: null,
    maxLength: null,
    min: null,
    max: null,
    options: null,
    validChars: null,
    invalidChars: null,
    readOnCreateOnly: false,
    description: null,
    transform: null,
    ...said,
  }
}

function typeOf(name: string, type: string, isEnum: boolean): string {
  if (isEnum) return 'enum'
  if (type === 'ID') return `reference[${name.replace(/Id$/, '')}]`
  return { DateTime: 'date', Int: 'int', BigInt: 'int', Boolean: 'boolean' }[type] ?? 'string'
}

/** As the database spells them, in the order of the alphabet, as Rancher has them. */
function optionsOf(type: GraphQLEnumType): string[] {
  return type
    .getValues()
    .map(({ value }) => String(value))
    .sort()
}

function lengthsOf(name: string): Partial<FieldRule> {
  if (name !== 'name' && name !== 'description') return {}
  const { minLength, maxLength } = textRules[name]
  return { minLength, maxLength }
}

function outputOf(name: string): ReturnType<GraphQLObjectType['getFields']> {
  const type = schema.getType(name) as GraphQLObjectType | GraphQLInterfaceType | undefined
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`there is no type ${name}`)
  return type.getFields()
}

function inputOf(name: string | undefined): ReturnType<GraphQLInputObjectType['getFields']> {
  if (name === undefined) return {}
  const type = schema.getType(name)
  if (!isInputObjectType(type)) throw new Error(`there is no input ${name}`)
  return type.getFields()
}

function descriptionOf(type: string, field: string): string | null {
  return outputOf(type)[field]?.description ?? null
}
