import type { EventKind } from '../events/event-kinds.ts'
import { formatId } from '../resources/ids.ts'
import { builder } from './builder.ts'
import { Node } from './node.ts'
import { Snapshot, SnapshotEvent } from './refs.ts'
import { Transitioning } from './resource.ts'
import { SnapshotState } from './snapshot.ts'

export const SnapshotEventKind = builder.enumType('SnapshotEventKind', {
  description: 'What happened to a snapshot.',
  values: {
    TRANSITION: {
      value: 'transition',
      description: 'A request or a worker brought it on: it was accepted, begun, or done.',
    },
    RETRY: {
      value: 'retry',
      description: 'An attempt of a worker failed, or ended without a result; there will be another.',
    },
    FAILURE: {
      value: 'failure',
      description: 'The work failed for good, or ran into its deadline; `message` says why.',
    },
    CANCEL: { value: 'cancel', description: 'Its removal cancelled work that was under way.' },
    UPDATE: {
      value: 'update',
      description: 'Its name or description was set by a request, be it to the same.',
    },
  } satisfies Record<string, { value: EventKind; description: string }>,
})

SnapshotEvent.implement({
  description:
    'A change of a snapshot, written down in the same statement as the change itself. Progress is no event: poll it. Events are kept for EVENT_RETENTION, 30 days unless set otherwise.',
  interfaces: [Node],
  fields: (t) => ({
    kind: t.expose('eventKind', { type: SnapshotEventKind, description: 'What happened.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened, by the clock of the database.' }),
    snapshotId: t.id({
      description: 'The id of the snapshot that it happened to.',
      resolve: (row) => formatId('snapshot', row.snapshotId),
    }),
    volumeId: t.id({
      description: 'The id of the volume of that snapshot.',
      resolve: (row) => formatId('volume', row.volumeId),
    }),
    snapshot: t.field({
      type: Snapshot,
      nullable: true,
      description:
        'The snapshot as it is now, not as it was then. Null, with an error, if it could not be read.',
      resolve: (row, _, { loaders }) => loaders.snapshot.load(row.snapshotId),
    }),
    from: t.expose('fromState', {
      type: SnapshotState,
      nullable: true,
      description: 'The state before; null if the snapshot was created by this event.',
    }),
    to: t.expose('toState', {
      type: SnapshotState,
      description: 'The state after; the same as before for RETRY, UPDATE and some of FAILURE.',
    }),
    transitioning: t.expose('transitioning', {
      type: Transitioning,
      description: 'Whether work was under way afterwards, or had failed.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What was happening then, or why an attempt or the work failed.',
    }),
    attempt: t.exposeInt('attempt', {
      nullable: true,
      description: 'Which attempt of a worker it came of, 1 to 10; null if it came of a request.',
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description:
        'Who asked for it: the name of the API key (its access key if it has none), or the subject of the token; anonymous without authentication. Null if the gateway did it by itself.',
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The id of the request that asked for it, as in x-request-id and the log.',
    }),
  }),
})
