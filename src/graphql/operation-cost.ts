import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { maximumEntries } from '../resources/filter.ts'
import { defaultSize, maximumSize } from '../resources/page.ts'
import type { ArgumentValues } from './argument-values.ts'
import { type FieldCost, type FieldCosts, fieldCosts } from './field-costs.ts'

/** How many entries a list is taken to have of which nothing tells. */
const unknownSize = 10
/** More than any limit; numbers that grow on would end at infinity, which times nothing is none. */
const enough = Number.MAX_SAFE_INTEGER

/**
 * What an operation may cost at most:
 *
 * - 100 for each place of the document that asks for objects, for it may need a statement,
 * - 10 for each object that it may be answered with; the same for each `totalCount`,
 * - 20 for each text in the answer, for it may have some kilobytes,
 * - 1 for each other value in the answer, also for __typename, and for each value in the arguments of a field, with one
 *   more for every 20 characters of a text, each time it is answered.
 *
 * So 10 are about as much work as one row. How many objects a field may be answered with follows from the document, the
 * variables and the schema. A field with `first` and `last` is a connection: the lists in it have as many entries as
 * was asked for, 50 where nothing was, 100 at most. A list by a list (`nodes(ids:)`) has as many as that. Any other has
 * 10, or what its field declares as `extensions.listSize`. What is below an object counts once for each. A fragment
 * counts wherever it is used; of the types that an interface or a union may be the costliest; what @skip and @include
 * leave out does not count. The introspection, which reads nothing, counts 1 for an object or a text and nothing for a
 * place, and its lists have their average size.
 */
export function costIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: ArgumentValues,
): number {
  const root = schema.getRootType(operation.operation)
  if (!root) return 0 // refused by whoever executes it
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const by = { schema, fragments, values, fieldCosts: fieldCostsOf(schema), known: new Map() }
  const { once, each } = costOfSelections(root, operation.selectionSet, unknownSize, by)
  return once + each
}

const costsOfFields = new WeakMap<GraphQLSchema, FieldCosts>()

function fieldCostsOf(schema: GraphQLSchema): FieldCosts {
  const costs = costsOfFields.get(schema) ?? fieldCosts(schema)
  costsOfFields.set(schema, costs)
  return costs
}

/** What an operation is costed by: made for it alone, but for what the schema tells. */
interface CostedBy {
  schema: GraphQLSchema
  fieldCosts: FieldCosts
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  values: ArgumentValues
  /** What was found already: a fragment that is used a thousand times is looked at once. */
  known: Map<SelectionSetNode, Map<string, Cost>>
}

interface Cost {
  /** However many objects it is asked of: loaders read for all of them at once. */
  once: number
  /** For each of the objects. */
  each: number
}

/** The cost of a selection on objects of a type; `page`: how many entries the lists in it have. */
function costOfSelections(type: GraphQLObjectType, set: SelectionSetNode, page: number, by: CostedBy): Cost {
  const key = `${type.name} ${page}`
  let ofSet = by.known.get(set)
  if (!ofSet) {
    ofSet = new Map()
    by.known.set(set, ofSet)
  }
  let cost = ofSet.get(key)
  if (!cost) {
    cost = { once: 0, each: 0 }
    for (const selection of set.selections) addSelection(cost, type, selection, page, by)
    cost.each = Math.min(cost.each, enough)
    ofSet.set(key, cost)
  }
  return cost
}

function addSelection(
  sum: Cost,
  type: GraphQLObjectType,
  selection: SelectionNode,
  page: number,
  by: CostedBy,
): void {
  if (isLeftOut(selection, by)) return
  if (selection.kind === Kind.FIELD) {
    addField(sum, type, selection, page, by)
    return
  }
  const fragment =
    selection.kind === Kind.FRAGMENT_SPREAD ? by.fragments.get(selection.name.value) : selection
  if (!fragment || !applies(fragment.typeCondition?.name.value, type, by)) return
  const { once, each } = costOfSelections(type, fragment.selectionSet, page, by)
  sum.once += once
  sum.each += each
}

function addField(sum: Cost, parent: GraphQLObjectType, node: FieldNode, page: number, by: CostedBy): void {
  const field = by.fieldCosts(parent, node.name.value)
  if (!field) return
  const inner = field.pages ? pageSize(node, by) : unknownSize
  let [once, each] = [0, 0]
  if (node.selectionSet)
    // The costliest of the types that it may be.
    for (const type of field.types) {
      const cost = costOfSelections(type, node.selectionSet, inner, by)
      once = Math.max(once, cost.once)
      each = Math.max(each, cost.each)
    }
  sum.once += field.place + once
  sum.each += countOf(field, node, page, by) * (field.answer + each)
  for (const { value } of node.arguments ?? []) sum.each += by.values.countOf(value)
}

function countOf({ count }: FieldCost, node: FieldNode, page: number, by: CostedBy): number {
  if (typeof count === 'number') return count
  if (count === 'page') return page
  const list = read(argumentOf(node, count.listArgument), by)
  return Array.isArray(list) ? Math.min(list.length, maximumEntries) : 1 // a longer one is refused
}

function pageSize(node: FieldNode, by: CostedBy): number {
  const size = read(argumentOf(node, 'last'), by) ?? read(argumentOf(node, 'first'), by) ?? defaultSize
  // What is no size, or one out of range, is refused before anything is read.
  return typeof size === 'number' ? Math.min(Math.max(size, 0), maximumSize) : maximumSize
}

function argumentOf(node: FieldNode, name: string): ArgumentNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name)
}

function read(argument: ArgumentNode | undefined, by: CostedBy): unknown {
  return argument && by.values.read(argument.value)
}

function applies(condition: string | undefined, type: GraphQLObjectType, { schema }: CostedBy): boolean {
  if (condition === undefined || condition === type.name) return true
  const wider = schema.getType(condition)
  return isAbstractType(wider) && schema.isSubType(wider, type)
}

/** Whether a directive leaves it out of the answer. */
function isLeftOut({ directives }: SelectionNode, by: CostedBy): boolean {
  for (const { name, arguments: [condition] = [] } of directives ?? [])
    if (
      (name.value === 'skip' && read(condition, by) === true) ||
      (name.value === 'include' && read(condition, by) === false)
    )
      return true
  return false
}
