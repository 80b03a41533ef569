import { listVolumes } from '../volumes/list-volumes.ts'
import { builder } from './builder.ts'
import { connectionType } from './connection.ts'
import { commonFilters, StringFilter } from './filters.ts'
import { listConnection } from './lazy-connection.ts'
import { orderInput } from './order.ts'
import { pageArguments } from './page-arguments.ts'
import { Volume } from './refs.ts'
import { VolumeState } from './volume.ts'

const VolumeConnection = connectionType('Volume', Volume)

const VolumeFilter = builder.inputType('VolumeFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries.',
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: 'With such a name.' }),
    driver: t.stringList({ description: 'Kept by any of these storage drivers.' }),
    state: t.field({ type: [VolumeState], description: 'In any of these states.' }),
    ...commonFilters(t),
  }),
})

const VolumeOrderField = builder.enumType('VolumeOrderField', {
  description: 'NAME: by code points. Ties: by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which it was made.' },
    NAME: { description: 'By name, code point by code point.' },
  } as const,
})

const VolumeOrder = orderInput('VolumeOrder', 'What volumes are ordered by.', VolumeOrderField)

builder.queryField('volumes', (t) =>
  t.field({
    type: VolumeConnection,
    description: "The account's volumes.",
    args: {
      ...pageArguments,
      filter: t.arg({ type: VolumeFilter, description: 'Only these.' }),
      orderBy: t.arg({
        type: VolumeOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'Null: the default, newest first.',
      }),
    },
    resolve: (_, args, { scope }) => listConnection(scope, listVolumes(args)),
  }),
)
