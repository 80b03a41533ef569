import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** Of one name in an answer. */
interface Field {
  nodes: FieldNode[]
  /** Whether a directive may leave out one of them, but not the others. */
  isConditional: boolean
}

/**
 * Whether directives decide on the order in which an answer has its fields: where a field is asked for several times,
 * it stands where it was first asked for, by what was not left out.
 */
export function orderDependsOnDirectives(sets: readonly SelectionSetNode[], fragments: Fragments): boolean {
  const found: Found = { fields: new Map(), visited: new Map() }
  for (const set of sets) if (!collect(set, false, found, fragments)) return true
  for (const { nodes, isConditional } of found.fields.values()) {
    if (isConditional && nodes.length > 1) return true
    const within = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    if (within.length > 0 && orderDependsOnDirectives(within, fragments)) return true
  }
  return false
}

interface Found {
  /** By their names in the answer. */
  fields: Map<string, Field>
  /** Fragments, and whether a directive may leave them out: each is looked at once. */
  visited: Map<string, boolean>
}

/** False where a fragment is used again that a directive may leave out: there the order depends, as likely as not. */
function collect(set: SelectionSetNode, conditional: boolean, found: Found, fragments: Fragments): boolean {
  for (const selection of set.selections) {
    const isConditional = conditional || (selection.directives ?? []).length > 0
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value
      const field = found.fields.get(name) ?? { nodes: [], isConditional: false }
      found.fields.set(name, field)
      field.nodes.push(selection)
      field.isConditional ||= isConditional
      continue
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (!collect(selection.selectionSet, isConditional, found, fragments)) return false
      continue
    }
    const name = selection.name.value
    const before = found.visited.get(name)
    if (before !== undefined) {
      if (before || isConditional) return false
      continue
    }
    found.visited.set(name, isConditional)
    const fragment = fragments.get(name)
    if (fragment && !collect(fragment.selectionSet, isConditional, found, fragments)) return false
  }
  return true
}
