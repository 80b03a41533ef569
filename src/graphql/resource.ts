import type { ResourceRow } from '../database/tables.ts'
import { formatId } from '../resources/ids.ts'
import { actionsOf } from '../resources/lifecycle.ts'
import { ActionStatus, actionStatus } from './action-status.ts'
import { builder } from './builder.ts'
import { Node, typeNames } from './node.ts'

export const Transitioning = builder.enumType('Transitioning', {
  description: 'Rancher: whether a resource is between two states, and whether the last transition failed.',
  values: {
    NO: { value: 'no', description: 'Nothing is under way.' },
    YES: { value: 'yes', description: 'Work is under way, or waits for a worker or for its next attempt.' },
    ERROR: { value: 'error', description: 'The last transition failed; transitioningMessage says why.' },
  } as const,
})

export const Resource = builder.interfaceRef<ResourceRow>('Resource').implement({
  description: 'Rancher: the common fields, the same on every resource.',
  interfaces: [Node],
  resolveType: (row) => typeNames[row.kind],
  fields: (t) => ({
    uuid: t.expose('uuid', { type: 'UUID', description: 'Unique over all installations.' }),
    kind: t.exposeString('kind', { description: 'snapshot, volume or backup.' }),
    name: t.exposeString('name', { nullable: true, description: 'Up to 255 characters.' }),
    description: t.exposeString('description', { nullable: true, description: 'Up to 1024 characters.' }),
    accountId: t.id({
      description: 'The account that owns it.',
      resolve: (row) => formatId('account', row.accountId),
    }),
    created: t.expose('created', { type: 'DateTime', description: 'When it was accepted.' }),
    removed: t.boolean({
      description:
        'Removed resources leave every list but stay readable by id. True from the state REMOVED on, not before.',
      resolve: (row) => row.removed !== null,
    }),
    removeTime: t.expose('removed', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached the state REMOVED; null before.',
    }),
    transitioning: t.expose('transitioning', {
      type: Transitioning,
      description: 'Whether something is under way, or failed.',
    }),
    transitioningMessage: t.exposeString('transitioningMessage', {
      nullable: true,
      description:
        'What is happening, or why the last transition failed. Never a stack, a secret or an SQL text.',
    }),
    transitioningProgress: t.exposeInt('transitioningProgress', {
      nullable: true,
      description: 'Percent done, 0 to 100; null when nothing is under way.',
    }),
    stateName: t.exposeString('state', {
      description:
        "Rancher's spelling of the state, such as backing-up. For mixed lists; each type's own `state` is an enum.",
    }),
    actions: t.field({
      description: 'What can be asked of it now, and where something cannot, why.',
      type: [ActionStatus],
      resolve: (row, _, context) =>
        Promise.all(actionsOf(row.kind).map((action) => actionStatus(row, action, context))),
    }),
  }),
})
