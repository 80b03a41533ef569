import { listVolumes } from '../volumes/list-volumes.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters, filterRules, StringFilter } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Volume } from './refs.ts'
import { VolumeState } from './volume.ts'

const VolumeConnection = connectionType('Volume', Volume)

const VolumeFilter = builder.inputType('VolumeFilter', {
  description: filterRules,
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: 'Whose name matches.' }),
    driver: t.stringList({ description: 'On any of these storage drivers.' }),
    state: t.field({ type: [VolumeState], description: 'In any of these states.' }),
    ...commonFilters(t),
  }),
})

const VolumeOrderField = builder.enumType('VolumeOrderField', {
  description: 'What volumes can be ordered by. Ties are broken by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which they were created.' },
    NAME: { description: 'By name, compared by code points.' },
  } as const,
})

const VolumeOrder = orderInput('VolumeOrder', 'How volumes are ordered.', VolumeOrderField)

builder.queryField('volumes', (t) =>
  t.field({
    type: VolumeConnection,
    description: "The account's volumes.",
    args: {
      ...pageArguments,
      filter: t.arg({
        type: VolumeFilter,
        description: 'Which volumes to list. Default: all that are not removed.',
      }),
      orderBy: t.arg({
        type: VolumeOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'How to order them. Default, also for null: newest first.',
      }),
    },
    resolve: (_, args, { scope }) => listConnection(scope, listVolumes(args)),
  }),
)
