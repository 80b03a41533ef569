import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLType,
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
  return [...places(isObjectType), ...inputs()].map(([coordinate]) => coordinate)
}

/** The arguments and input fields of a type, or of lists of it. */
export function coordinatesOfType(name: string): string[] {
  return inputs().flatMap(([coordinate, type]) => (getNamedType(type).name === name ? coordinate : []))
}

type Place = [coordinate: string, type: GraphQLType]

/** The fields of types. */
function places(
  isOne: (type: GraphQLNamedType) => type is GraphQLObjectType | GraphQLInputObjectType,
): Place[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    !isOne(type) || isIntrospectionType(type)
      ? []
      : Object.values(type.getFields()).map((field): Place => [`${type.name}.${field.name}`, field.type]),
  )
}

/** What takes values. */
function inputs(): Place[] {
  const ofArguments = Object.values(schema.getTypeMap()).flatMap((type) =>
    !isObjectType(type) || isIntrospectionType(type)
      ? []
      : Object.values(type.getFields()).flatMap(({ name, args }) =>
          args.map((argument): Place => [`${type.name}.${name}(${argument.name}:)`, argument.type]),
        ),
  )
  return [...places(isInputObjectType), ...ofArguments]
}
