import { listBackups } from '../backups/list-backups.ts'
import { BackupState } from './backup.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Backup } from './refs.ts'
import { Transitioning } from './resource.ts'

const BackupConnection = connectionType('Backup', Backup)

const BackupFilter = builder.inputType('BackupFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries. An id that is malformed, of another type or of another account matches nothing.',
  fields: (t) => ({
    volumeId: t.idList({ description: 'Of any of these volumes.' }),
    snapshotId: t.idList({ description: 'Of any of these snapshots.' }),
    state: t.field({ type: [BackupState], description: 'In any of these states.' }),
    transitioning: t.field({ type: [Transitioning], description: 'With any of these.' }),
    ...commonFilters(t),
  }),
})

const BackupOrderField = builder.enumType('BackupOrderField', {
  description: 'Ties: by id, in the same direction.',
  values: { CREATED: { description: 'By the time at which the copy was verified.' } } as const,
})

const BackupOrder = orderInput('BackupOrder', 'What backups are ordered by.', BackupOrderField)

builder.queryField('backups', (t) =>
  t.field({
    type: BackupConnection,
    description: "The account's backups.",
    args: {
      ...pageArguments,
      filter: t.arg({ type: BackupFilter, description: 'Only these.' }),
      orderBy: t.arg({
        type: BackupOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'Null: the default, newest first.',
      }),
    },
    resolve: (_, args, { scope }) => listConnection(scope, listBackups(args)),
  }),
)
