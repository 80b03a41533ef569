import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'
import { printDefault } from './print-default.ts'

/** The schema as a document for people: what can be asked, and every type, with the descriptions of all. */
export function schemaReference(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
    .filter((type) => !roots.some((root) => root === type))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const sections = [
    '# Reference\n\nEverything that the schema has, made from it: [schema.graphql](../schema.graphql) is the same for programs.',
    ...[...roots.flatMap((root) => root ?? []), ...types].map(sectionOf),
  ]
  return `${sections.join('\n\n')}\n`
}

function sectionOf(type: GraphQLNamedType): string {
  return [`## ${type.name}`, `${kindOf(type)} ${type.description ?? ''}`.trim(), ...bodyOf(type)].join('\n\n')
}

function kindOf(type: GraphQLNamedType): string {
  if (isScalarType(type)) return '*scalar.*'
  if (isEnumType(type)) return '*enum.*'
  if (isInputObjectType(type)) return '*input.*'
  if (isInterfaceType(type)) return '*interface.*'
  if (isUnionType(type)) return '*union.*'
  const interfaces = isObjectType(type) ? type.getInterfaces() : []
  return interfaces.length === 0 ? '*type.*' : `*type, ${interfaces.map(linkTo).join(', ')}.*`
}

function bodyOf(type: GraphQLNamedType): string[] {
  if (isUnionType(type)) return [`One of ${type.getTypes().map(linkTo).join(', ')}.`]
  if (isEnumType(type))
    return [
      table(
        ['value', 'meaning'],
        type.getValues().map(({ name, description }) => [code(name), text(description)]),
      ),
    ]
  if (isInputObjectType(type))
    return [table(['field', 'type', 'meaning'], Object.values(type.getFields()).map(inputRow))]
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return [table(['field', 'type', 'meaning'], Object.values(type.getFields()).flatMap(rowsOf))]
}

/** A field, and each of its arguments below it. */
function rowsOf(field: GraphQLField<unknown, unknown>): string[][] {
  return [
    [code(field.name), typeOf(field.type), text(field.description)],
    ...field.args.map((argument) => [
      `&emsp;${code(argument.name)}`,
      typeOf(argument.type),
      meaning(argument),
    ]),
  ]
}

function inputRow(field: GraphQLInputField): string[] {
  return [code(field.name), typeOf(field.type), meaning(field)]
}

function meaning(input: GraphQLArgument | GraphQLInputField): string {
  const given = printDefault(input)
  return given === null ? text(input.description) : `${text(input.description)} (\`${given}\` if left out)`
}

function typeOf(type: GraphQLArgument['type'] | GraphQLField<unknown, unknown>['type']): string {
  const named = getNamedType(type)
  const [before = '', after = ''] = String(type).split(named.name)
  return `${before.replaceAll('[', '\\[')}${linkTo(named)}${after.replaceAll(']', '\\]')}`
}

function linkTo(type: GraphQLNamedType): string {
  return isSpecifiedScalarType(type) ? type.name : `[${type.name}](#${type.name.toLowerCase()})`
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const code = (name: string) => `\`${name}\``

/** In one line, and within a cell. */
const text = (description: string | null | undefined) =>
  (description ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
