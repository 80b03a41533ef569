import type { OwnedRow } from '../database/tables.ts'
import { RequestError } from '../resources/errors.ts'
import { formatId, type IdType, parseId } from '../resources/ids.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'

export interface AccountShape {
  kind: 'account'
  id: bigint
  name: string | null
}

type NodeShape = OwnedRow | AccountShape

/** The names of the types by the kinds of their rows. */
export const typeNames = {
  snapshot: 'Snapshot',
  volume: 'Volume',
  backup: 'Backup',
  account: 'Account',
  snapshotEvent: 'SnapshotEvent',
} as const

export const Node = builder.interfaceRef<NodeShape>('Node').implement({
  description: 'Anything that has an id. It can be read again with `node(id)`.',
  resolveType: (node) => typeNames[node.kind],
  fields: (t) => ({
    id: t.id({
      description:
        'Unique across all types, in the form that Rancher uses: 1s12 is snapshot 12, 1v34 volume 34, 1b56 backup 56, 1a7 account 7, 1se90 event 90.',
      resolve: (node) => formatId(node.kind, node.id),
    }),
  }),
})

const maximumIds = 100

builder.queryFields((t) => ({
  node: t.field({
    description:
      'Any resource by its id, even if it is removed, or an event, or the account. Null if the account has no such thing.',
    type: Node,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Such as 1s12, 1v34, 1b56, 1a7 or 1se90.' }) },
    resolve: (_, { id }, context) => loadNode(id, context),
  }),
  nodes: t.field({
    description:
      'Several resources, in the order of their ids, with null for each that the account does not have. More than 100 ids are refused with BAD_USER_INPUT.',
    type: t.listRef(Node, { nullable: true }),
    args: {
      ids: t.arg.idList({ required: true, description: 'At most 100. An id may occur more than once.' }),
    },
    resolve: (_, { ids }, context) => {
      if (ids.length > maximumIds)
        throw new RequestError(
          'BAD_USER_INPUT',
          `ids must have at most ${maximumIds} entries, not ${ids.length}`,
        )
      return Promise.all(ids.map((id) => loadNode(id, context)))
    },
  }),
}))

const load: Record<IdType, (id: bigint, context: Context) => Promise<NodeShape | null>> = {
  snapshot: (id, { loaders }) => loaders.snapshot.load(id),
  volume: (id, { loaders }) => loaders.volume.load(id),
  backup: (id, { loaders }) => loaders.backup.load(id),
  snapshotEvent: (id, { loaders }) => loaders.event.load(id),
  account: async (id, { scope, loaders }) =>
    id === scope.accountId ? { kind: 'account', ...(await loaders.account()) } : null,
}

async function loadNode(text: string, context: Context): Promise<NodeShape | null> {
  const parsed = parseId(text)
  return (parsed && (await load[parsed.type](parsed.id, context))) ?? null
}
