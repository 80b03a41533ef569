import { listBackups } from '../backups/list-backups.ts'
import { BackupState } from './backup.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters, idFilterRules } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { lookAhead } from './look-ahead.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Backup } from './refs.ts'
import { Transitioning } from './resource.ts'

const BackupConnection = connectionType('Backup', Backup)

const BackupFilter = builder.inputType('BackupFilter', {
  description: idFilterRules,
  fields: (t) => ({
    volumeId: t.idList({ description: 'Of snapshots of any of these volumes.' }),
    snapshotId: t.idList({ description: 'Of any of these snapshots.' }),
    state: t.field({ type: [BackupState], description: 'In any of these states.' }),
    transitioning: t.field({
      type: [Transitioning],
      description: 'With any of these values of `transitioning`.',
    }),
    ...commonFilters(t),
  }),
})

const BackupOrderField = builder.enumType('BackupOrderField', {
  description: 'What backups can be ordered by. Ties are broken by id, in the same direction.',
  values: { CREATED: { description: 'By the time at which their copies were verified.' } } as const,
})

const BackupOrder = orderInput('BackupOrder', 'How backups are ordered.', BackupOrderField)

const asksForVolumes = lookAhead({
  volume: ['nodes.volume', 'nodes.uri', 'edges.node.volume', 'edges.node.uri'],
})
const withVolumes = { volume: { without: [] } }

builder.queryField('backups', (t) =>
  t.field({
    type: BackupConnection,
    description: "The account's backups.",
    args: {
      ...pageArguments,
      filter: t.arg({
        type: BackupFilter,
        description: 'Which backups to list. Default: all that are not removed.',
      }),
      orderBy: t.arg({
        type: BackupOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'How to order them. Default, also for null: newest first.',
      }),
    },
    resolve: (_, args, { scope }, info) =>
      listConnection(scope, listBackups(args), asksForVolumes(info).has('volume') ? withVolumes : {}),
  }),
)
