import { listSnapshots } from '../snapshots/list-snapshots.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters, idFilterRules, StringFilter } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Snapshot } from './refs.ts'
import { Transitioning } from './resource.ts'
import { SnapshotState } from './snapshot.ts'
import { snapshotReading } from './snapshot-reading.ts'

export const SnapshotConnection = connectionType('Snapshot', Snapshot)

const SnapshotFilter = builder.inputType('SnapshotFilter', {
  description: idFilterRules,
  fields: (t) => ({
    volumeId: t.idList({ description: 'Taken of any of these volumes.' }),
    state: t.field({ type: [SnapshotState], description: 'In any of these states.' }),
    transitioning: t.field({
      type: [Transitioning],
      description: 'With any of these values of `transitioning`.',
    }),
    name: t.field({ type: StringFilter, description: 'Whose name matches.' }),
    ...commonFilters(t),
  }),
})

const SnapshotOrderField = builder.enumType('SnapshotOrderField', {
  description: 'What snapshots can be ordered by. Ties are broken by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which they were accepted.' },
    NAME: {
      description:
        'By name, compared by code points. Snapshots without a name come last in ASC and first in DESC.',
    },
  } as const,
})

const SnapshotOrder = orderInput('SnapshotOrder', 'How snapshots are ordered.', SnapshotOrderField)

/** The arguments of every list of snapshots. */
export const snapshotListArguments = {
  ...pageArguments,
  ...builder.args((t) => ({
    filter: t.field({
      type: SnapshotFilter,
      description: 'Which snapshots to list. Default: all that are not removed.',
    }),
    orderBy: t.field({
      type: SnapshotOrder,
      defaultValue: { field: 'CREATED', direction: 'DESC' },
      description: 'How to order them. Default, also for null: newest first.',
    }),
  })),
}

builder.queryField('snapshots', (t) =>
  t.field({
    type: SnapshotConnection,
    description: "The account's snapshots.",
    args: snapshotListArguments,
    resolve: (_, args, { scope }, info) => listConnection(scope, listSnapshots(args), snapshotReading(info)),
  }),
)
