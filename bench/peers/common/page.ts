import type { Snapshot } from './rows.ts'

export interface Page {
  nodes: Snapshot[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** A page of snapshots, of which there is one more where the list goes on. */
export function toPage(found: readonly Snapshot[], size: number): Page {
  const nodes = found.slice(0, size)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: {
      hasNextPage: found.length > size,
      endCursor: last === undefined ? null : `${last.created},${numberIn(last)}`,
    },
  }
}

function numberIn({ id }: Snapshot): string {
  return id.slice(2)
}
