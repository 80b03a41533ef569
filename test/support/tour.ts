import {
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { schema } from '../../src/graphql/schema.ts'

/** Everything that a type offers, down to a depth: what is new in the schema is in it by itself. */
export function selectAll(typeName: string, depth: number): string {
  return selectionOf(schema.getType(typeName), depth)
}

/** Of one of several types, fields have names of their own: those of two types may be of different types. */
function selectionOf(type: GraphQLNamedType | undefined, depth: number, isOneOf = false): string {
  if (isAbstractType(type)) {
    const ways = schema
      .getPossibleTypes(type)
      .map((possible) => `... on ${possible.name} ${selectionOf(possible, depth, true)}`)
    return `{ __typename ${ways.join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type)
    const name = isOneOf ? `${type.name}_${field.name}: ${field.name}` : field.name
    if (isLeafType(named)) return name
    return depth > 0 ? `${name} ${selectionOf(named, depth - 1)}` : []
  })
  return `{ ${['__typename', ...fields].join(' ')} }`
}

/** The fields, arguments and input fields that a document uses, such as Query.node(id:). */
export function coordinatesOf(document: string): string[] {
  const found: string[] = []
  const info = new TypeInfo(schema)
  visit(
    parse(document),
    visitWithTypeInfo(info, {
      Field: () => void found.push(`${info.getParentType()?.name}.${info.getFieldDef()?.name}`),
      Argument: () =>
        void found.push(
          `${info.getParentType()?.name}.${info.getFieldDef()?.name}(${info.getArgument()?.name}:)`,
        ),
      ObjectField: ({ name }) =>
        void found.push(`${getNamedType(info.getParentInputType() as GraphQLInputType)?.name}.${name.value}`),
    }),
  )
  return found
}

/** All of them that the schema has, the introspection's aside. */
export function allCoordinates(): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isIntrospectionType(type)) return []
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
    if (!isObjectType(type)) return []
    return Object.values(type.getFields()).flatMap(({ name, args }) => [
      `${type.name}.${name}`,
      ...args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
    ])
  })
}
