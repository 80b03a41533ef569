import { type Delivery, watchEvents } from '../events/watch-events.ts'
import { builder } from './builder.ts'
import { SnapshotEventFilter } from './event-list.ts'
import { createLoaders } from './loaders.ts'
import { SnapshotEvent } from './refs.ts'

const SnapshotEventDelivery = builder.objectRef<Delivery>('SnapshotEventDelivery').implement({
  description:
    'What a watcher is told: an event, or a bookmark, which says how far the history was read without one.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'Keep it: a subscription `after` it goes on just here. The same cursors as in SnapshotEventConnection.',
    }),
    event: t.expose('event', {
      type: SnapshotEvent,
      nullable: true,
      description: 'Null in a bookmark: nothing that matches lies between the last cursor and this one.',
    }),
  }),
})

builder.subscriptionField('snapshotEvents', (t) =>
  t.field({
    type: SnapshotEventDelivery,
    nullable: true,
    description:
      "Every change of the account's snapshots as it is committed, each once and in order, from a cursor on. It begins with a bookmark, and brings others on the way through a long history and in quiet times. After a disconnect subscribe `after` the last cursor: on any replica, nothing is missed and nothing comes twice. A stream that ends says why in a last error: CURSOR_EXPIRED, SLOW_CONSUMER, UNAUTHENTICATED, SHUTTING_DOWN; UNAVAILABLE or TOO_COSTLY where what lies behind the cursor could not be read.",
    args: {
      after: t.arg.string({
        description:
          'A cursor of an event, a bookmark or `latestCursor`. Default: from now on. One that is older than what is kept is refused with CURSOR_EXPIRED, any other with BAD_USER_INPUT.',
      }),
      filter: t.arg({ type: SnapshotEventFilter, description: 'Which events to tell of. Default: all.' }),
    },
    subscribe: async (_, args, context) => {
      const deliveries = await watchEvents(context.scope, context.events, args, context.bond)
      return withFreshLoaders(deliveries, () => {
        context.loaders = createLoaders(context.scope)
      })
    },
    resolve: (delivery) => delivery,
  }),
)

/** Each delivery is answered before the next is taken: none sees what was read for another. */
async function* withFreshLoaders(
  deliveries: AsyncGenerator<Delivery, void>,
  refresh: () => void,
): AsyncGenerator<Delivery, void> {
  for await (const delivery of deliveries) {
    refresh()
    yield delivery
  }
}
