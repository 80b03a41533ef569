import { Kind, type OperationDefinitionNode, type ValueNode, valueFromASTUntyped } from 'graphql'
import { RequestError } from '../resources/errors.ts'
import { maximumText } from './document-limits.ts'

/** What the arguments of an operation are, as far as it can be told before their types are looked at. */
export interface ArgumentValues {
  /** The value of an argument; undefined where it is a variable that was not given. */
  read(node: ValueNode): unknown
  /** How many values it consists of: itself, the entries and fields within it, and for a text one more for each 20 characters. */
  countOf(node: ValueNode): number
}

/** Far beyond what any input has; each list and text says its own limit where it is less absurd than that. */
const maximum = { depth: 20, entries: 10_000, fields: 100, characters: maximumText }

/**
 * Reads the variables of an operation, none of which was checked yet. Throws BAD_USER_INPUT for what is larger than any
 * input can be: to check it takes long, and tells of each fault with all that is around it.
 */
export function argumentValues(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): ArgumentValues {
  const values: Record<string, unknown> = Object.create(null)
  const counts = new Map<string, number>()
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    values[name] = value === undefined && defaultValue ? valueFromASTUntyped(defaultValue) : value
    counts.set(name, count(values[name], name, 0))
  }

  return {
    read: (node) => valueFromASTUntyped(node, values),
    countOf: (node) => countValues(node, (name) => counts.get(name) ?? 0),
  }
}

/** How many values a node consists of. `ofVariable`: how many the variable of a name has. */
export function countValues(node: ValueNode, ofVariable: (name: string) => number): number {
  switch (node.kind) {
    case Kind.VARIABLE:
      return ofVariable(node.name.value)
    case Kind.LIST:
      return node.values.reduce((sum, value) => sum + countValues(value, ofVariable), 1)
    case Kind.OBJECT:
      return node.fields.reduce((sum, { value }) => sum + countValues(value, ofVariable), 1)
    default:
      return 'value' in node && typeof node.value === 'string' ? countText(node.value) : 1
  }
}

function count(value: unknown, variable: string, depth: number): number {
  if (typeof value === 'string') {
    if (value.length > maximum.characters) refuseText(variable)
    return countText(value)
  }
  if (typeof value !== 'object' || value === null) return 1
  if (depth === maximum.depth) refuse(variable, `be nested at most ${maximum.depth} levels deep`)
  if (Array.isArray(value) && value.length > maximum.entries)
    refuse(variable, `have at most ${maximum.entries} entries in one list, not ${value.length}`)
  let [sum, fields] = [1, 0]
  if (Array.isArray(value)) for (const entry of value) sum += count(entry, variable, depth + 1)
  // One by one: to list the fields of a large object takes longer than to read it from JSON.
  else
    for (const name in value) {
      if (++fields > maximum.fields) refuse(variable, `have at most ${maximum.fields} fields in one object`)
      if (name.length > maximum.characters) refuseText(variable)
      sum += count(value[name as keyof typeof value], variable, depth + 1)
    }
  return sum
}

/** A text is searched, compared and repeated: the longer it is, the longer that takes. */
function countText(text: string): number {
  return 1 + Math.floor(text.length / 20)
}

function refuseText(variable: string): never {
  refuse(variable, `have at most ${maximum.characters} characters in one text`)
}

function refuse(variable: string, rule: string): never {
  throw new RequestError('BAD_USER_INPUT', `the variable $${variable} must ${rule}`)
}
