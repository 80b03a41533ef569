import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>

/**
 * Makes the function that tells whether what is selected of a field contains another, at the end of any of the paths,
 * such as `nodes.volume`: then it can be read along. It looks once at each place of a document. Whether @skip leaves
 * something out is not looked at, so more may be read than is wanted.
 */
export function lookAhead(...paths: string[]): (info: Asked) => boolean {
  const ways = paths.map((path) => path.split('.'))
  const known = new WeakMap<FieldNode, boolean>()
  const look = (node: FieldNode, fragments: Asked['fragments']): boolean => {
    const seen = known.get(node)
    if (seen !== undefined) return seen
    const found = ways.some((way) => node.selectionSet && contains(node.selectionSet, way, fragments))
    known.set(node, found)
    return found
  }
  return ({ fieldNodes, fragments }) => fieldNodes.some((node) => look(node, fragments))
}

function contains(set: SelectionSetNode, way: readonly string[], fragments: Asked['fragments']): boolean {
  const [name, ...rest] = way
  return set.selections.some((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments[selection.name.value]
      return fragment !== undefined && contains(fragment.selectionSet, way, fragments)
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return contains(selection.selectionSet, way, fragments)
    if (selection.name.value !== name) return false
    return (
      rest.length === 0 ||
      (selection.selectionSet ? contains(selection.selectionSet, rest, fragments) : false)
    )
  })
}
