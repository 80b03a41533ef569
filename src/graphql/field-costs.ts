import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  getNullableType,
  isAbstractType,
  isIntrospectionType,
  isListType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import { introspectionSizes } from './introspection-sizes.ts'

/** What the schema tells of the cost of a field, whatever is asked of it. The formula is at operationCost. */
export interface FieldCost {
  /** For the place in the document. */
  place: number
  /** For each object or value that it is answered with. */
  answer: number
  /** How many those are: so many, or as many as a list in the arguments has, or the page of the connection it is in. */
  count: number | { listArgument: string } | 'page'
  /** Whether it is a connection. */
  pages: boolean
  /** What its objects may be; none where it is answered with values. */
  types: readonly GraphQLObjectType[]
}

export type FieldCosts = (parent: GraphQLObjectType, name: string) => FieldCost | undefined

/** Tells the costs of the fields of a schema. They follow from types and arguments, so that no new field is forgotten. */
export function fieldCosts(schema: GraphQLSchema): FieldCosts {
  const sizes = introspectionSizes(schema)
  const known = new Map<GraphQLObjectType, Map<string, FieldCost | undefined>>()

  const costOf = (parent: GraphQLObjectType, name: string): FieldCost | undefined => {
    const field = parent.getFields()[name] ?? metaFields[name]
    if (!field) return undefined
    const type = getNamedType(field.type)
    const types = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : []
    const isIntrospection = isIntrospectionType(parent) || isIntrospectionType(type)
    const isObject = types.length > 0
    const answerCost = () => {
      if (isIntrospection || name === '__typename') return 1
      if (isObject || name === 'totalCount') return 10
      return type === GraphQLString ? 20 : 1
    }
    return {
      place: isObject && !isIntrospection ? 100 : 0,
      answer: answerCost(),
      count: isIntrospectionType(parent) ? (sizes.get(name) ?? 1) : countOf(field),
      pages: takes(field, 'first') && takes(field, 'last'),
      types,
    }
  }

  return (parent, name) => {
    const fields = known.get(parent) ?? new Map<string, FieldCost | undefined>()
    known.set(parent, fields)
    const cost = fields.get(name) ?? costOf(parent, name)
    fields.set(name, cost)
    return cost
  }
}

type Field = GraphQLField<unknown, unknown>

function countOf({ type, args, extensions }: Field): FieldCost['count'] {
  if (!isListType(getNullableType(type))) return 1
  if (typeof extensions.listSize === 'number') return extensions.listSize
  const list = args.find((argument) => isListType(getNullableType(argument.type)))
  return list ? { listArgument: list.name } : 'page'
}

function takes({ args }: Field, name: string): boolean {
  return args.some((argument) => argument.name === name)
}

const metaFields: Record<string, Field> = {
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
  __typename: TypeNameMetaFieldDef,
}
