import type { SnapshotFilter, SnapshotOrder, SnapshotsQueryVariables } from '../gql/graphql.ts'
import type { View } from '../view/view.ts'

/** What is asked for a view. */
export function listVariables(view: View): SnapshotsQueryVariables {
  const { order, size, after, before } = view
  const page = before === null ? { first: size, after } : { last: size, before }
  return { ...page, filter: filterOf(view), orderBy: orders[order] }
}

export function filterOf({ volume, status, name }: View): SnapshotFilter {
  return {
    ...(volume !== null && { volumeId: [volume] }),
    ...(name !== '' && { name: { startsWith: name } }),
    ...(status === 'UNDER_WAY'
      ? { transitioning: ['YES'] }
      : status === 'FAILED'
        ? { transitioning: ['ERROR'] }
        : status !== null && { state: [status] }),
  }
}

const orders: Record<View['order'], SnapshotOrder> = {
  'created-desc': { field: 'CREATED', direction: 'DESC' },
  'created-asc': { field: 'CREATED', direction: 'ASC' },
  'name-asc': { field: 'NAME', direction: 'ASC' },
  'name-desc': { field: 'NAME', direction: 'DESC' },
}
