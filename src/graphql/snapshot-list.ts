import { listSnapshots } from '../snapshots/list-snapshots.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters, StringFilter } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Snapshot } from './refs.ts'
import { Transitioning } from './resource.ts'
import { SnapshotState } from './snapshot.ts'

export const SnapshotConnection = connectionType('Snapshot', Snapshot)

const SnapshotFilter = builder.inputType('SnapshotFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries. An id that is malformed, of another type or of another account matches nothing.',
  fields: (t) => ({
    volumeId: t.idList({ description: 'Of any of these volumes.' }),
    state: t.field({ type: [SnapshotState], description: 'In any of these states.' }),
    transitioning: t.field({ type: [Transitioning], description: 'With any of these.' }),
    name: t.field({ type: StringFilter, description: 'With such a name.' }),
    ...commonFilters(t),
  }),
})

const SnapshotOrderField = builder.enumType('SnapshotOrderField', {
  description:
    'NAME: by code points; those without a name come last in ASC, first in DESC. Ties: by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which it was accepted.' },
    NAME: { description: 'By name, code point by code point.' },
  } as const,
})

const SnapshotOrder = orderInput('SnapshotOrder', 'What snapshots are ordered by.', SnapshotOrderField)

/** The arguments of every list of snapshots. */
export const snapshotListArguments = {
  ...pageArguments,
  ...builder.args((t) => ({
    filter: t.field({ type: SnapshotFilter, description: 'Only these.' }),
    orderBy: t.field({
      type: SnapshotOrder,
      defaultValue: { field: 'CREATED', direction: 'DESC' },
      description: 'Null: the default, newest first.',
    }),
  })),
}

builder.queryField('snapshots', (t) =>
  t.field({
    type: SnapshotConnection,
    description: "The account's snapshots.",
    args: snapshotListArguments,
    resolve: (_, args, { scope }) => listConnection(scope, listSnapshots(args)),
  }),
)
