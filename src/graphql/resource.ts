import type { ResourceRow } from '../database/tables.ts'
import { formatId } from '../resources/ids.ts'
import { actions, actionsOf } from '../resources/lifecycle.ts'
import { ActionStatus, actionStatus } from './action-status.ts'
import { builder } from './builder.ts'
import { Node, typeNames } from './node.ts'

export const Transitioning = builder.enumType('Transitioning', {
  description: 'Rancher: whether a resource is between two states, and whether its last transition failed.',
  values: {
    NO: { value: 'no', description: 'Nothing is under way.' },
    YES: {
      value: 'yes',
      description: 'Work is under way, or is waiting for a worker or for its next attempt.',
    },
    ERROR: { value: 'error', description: 'The last transition failed; transitioningMessage says why.' },
  } as const,
})

export const Resource = builder.interfaceRef<ResourceRow>('Resource').implement({
  description: 'Rancher: the fields that all resources have in common.',
  interfaces: [Node],
  resolveType: (row) => typeNames[row.kind],
  fields: (t) => ({
    uuid: t.expose('uuid', { type: 'UUID', description: 'Unique across all installations.' }),
    kind: t.exposeString('kind', {
      description: 'Which kind of resource it is: snapshot, volume or backup.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'Up to 255 characters.' }),
    description: t.exposeString('description', { nullable: true, description: 'Up to 1024 characters.' }),
    accountId: t.id({
      description: 'The account that owns it.',
      resolve: (row) => formatId('account', row.accountId),
    }),
    created: t.expose('created', {
      type: 'DateTime',
      description: 'When the mutation that made it was accepted; for a backup, when its copy was verified.',
    }),
    removed: t.boolean({
      description:
        'Whether it is in the state REMOVED. A removed resource can still be read by its id, and is in lists only if their filter asks for it.',
      resolve: (row) => row.removed !== null,
    }),
    removeTime: t.expose('removed', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached the state REMOVED; null before that.',
    }),
    transitioning: t.expose('transitioning', {
      type: Transitioning,
      description: 'Whether work on it is under way, or has failed.',
    }),
    transitioningMessage: t.exposeString('transitioningMessage', {
      nullable: true,
      description:
        'What is happening, or why the last transition failed. It never contains a stack trace, a secret or SQL.',
    }),
    transitioningProgress: t.exposeInt('transitioningProgress', {
      nullable: true,
      description: 'How much is done, from 0 to 100 percent; null when nothing is under way.',
    }),
    stateName: t.exposeString('state', {
      description:
        'The state as Rancher spells it, such as backing-up. For lists of mixed types; the `state` of each type is an enum.',
    }),
    actions: t.field({
      description: 'The actions that this kind of resource has, and whether each is available now.',
      type: [ActionStatus],
      extensions: { listSize: actions.length },
      resolve: (row, _, context) =>
        Promise.all(actionsOf(row.kind).map((action) => actionStatus(row, action, context))),
    }),
  }),
})
