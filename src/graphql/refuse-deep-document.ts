import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'
import { tooDeep } from './refuse-large-document.ts'

/**
 * Refuses a parsed document whose selections nest too deeply, each fragment counted where it is used: its text alone
 * does not show that. Throws TOO_COSTLY.
 */
export function refuseDeepDocument({ definitions }: DocumentNode, limit: number): void {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  /** The levels of a fragment, once they are known: each is looked at once, however often it is used. */
  const known = new Map<string, number>()

  /** How many levels a selection has that is itself on the given one. */
  const levels = (set: SelectionSetNode, level: number): number => {
    if (level > limit) tooDeep(limit)
    let below = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        below = Math.max(below, levelsOfFragment(selection.name.value, level + 1))
      else if (selection.selectionSet) below = Math.max(below, levels(selection.selectionSet, level + 1))
    }
    return below + 1
  }
  const levelsOfFragment = (name: string, level: number): number => {
    const fragment = fragments.get(name)
    let count = known.get(name)
    if (count === undefined && fragment) {
      known.set(name, 0) // what a fragment within itself counts: validation refuses it
      count = levels(fragment.selectionSet, level)
      known.set(name, count)
    }
    if (level - 1 + (count ?? 0) > limit) tooDeep(limit)
    return count ?? 0
  }

  for (const definition of definitions)
    if ('selectionSet' in definition && definition.selectionSet) levels(definition.selectionSet, 1)
}
