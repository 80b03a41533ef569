import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>

/**
 * Makes the function that tells which of some things are asked for within a field, each by fields at the end of paths
 * such as `nodes.volume`: so it can be read along, or need not be read. It looks once at each place of a document.
 * What @skip says is not looked at, so more may be read than is wanted.
 */
export function lookAhead<Thing extends string>(
  paths: Readonly<Record<Thing, readonly string[]>>,
): (info: Asked) => ReadonlySet<Thing> {
  const things = Object.entries<readonly string[]>(paths) as [Thing, readonly string[]][]
  const known = new WeakMap<FieldNode, ReadonlySet<Thing>>()
  const look = (node: FieldNode, fragments: Asked['fragments']): ReadonlySet<Thing> => {
    const seen = known.get(node)
    if (seen) return seen
    const fields = fieldsWithin(node, fragments)
    const found = new Set(
      things.flatMap(([thing, ways]) => (ways.some((way) => fields.has(way)) ? thing : [])),
    )
    known.set(node, found)
    return found
  }
  return ({ fieldNodes: [first, ...more], fragments }) => {
    if (!first) return new Set()
    const found = look(first, fragments)
    return more.length === 0
      ? found
      : new Set([found, ...more.map((node) => look(node, fragments))].flatMap((set) => [...set]))
  }
}

/** As far down as paths go: what is deeper is of other rows. */
const deepest = 4

/** The fields that are selected within one, as paths. */
function fieldsWithin({ selectionSet }: FieldNode, fragments: Asked['fragments']): Set<string> {
  const found = new Set<string>()
  /** Fragments by the path that they are used at: each once, for they may use each other a million times. */
  const visited = new Set<string>()
  const visit = (set: SelectionSetNode, path: string, depth: number) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, path, depth)
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const use = `${path}...${selection.name.value}`
        const fragment = fragments[selection.name.value]
        if (visited.has(use) || !fragment) continue
        visited.add(use)
        visit(fragment.selectionSet, path, depth)
      } else {
        const field = path === '' ? selection.name.value : `${path}.${selection.name.value}`
        found.add(field)
        if (selection.selectionSet && depth < deepest) visit(selection.selectionSet, field, depth + 1)
      }
    }
  }
  if (selectionSet) visit(selectionSet, '', 1)
  return found
}
