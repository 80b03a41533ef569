import type { EventRow } from '../database/tables.ts'
import { findHistory, type History } from '../events/history.ts'
import { eventCursor, listEvents, readEventCursor } from '../events/list-events.ts'
import { type List, readPage } from '../resources/list.ts'
import type { Page, PageArguments } from '../resources/page.ts'
import { builder } from './builder.ts'
import { connectionFields } from './connection.ts'
import type { Context } from './context.ts'
import { SnapshotEventKind } from './event.ts'
import { filterRules } from './filters.ts'
import { once } from './lazy-connection.ts'
import { pageArguments } from './page-arguments.ts'
import { Snapshot, SnapshotEvent } from './refs.ts'
import { SnapshotState } from './snapshot.ts'

interface EventConnection {
  page(): Promise<Page<EventRow>>
  latestCursor(): Promise<string>
}

const pageFields = connectionFields('SnapshotEvent', SnapshotEvent, { noun: 'event', article: 'An' })

const SnapshotEventConnection = builder.objectRef<EventConnection>('SnapshotEventConnection').implement({
  description: 'A page of events, oldest first: read the newest with `last`.',
  fields: (t) => ({
    ...pageFields(t),
    latestCursor: t.string({
      description:
        'Where the history stood before this was read. Subscribe `after` it, and nothing is missed.',
      resolve: (connection) => connection.latestCursor(),
    }),
  }),
})

export const SnapshotEventFilter = builder.inputType('SnapshotEventFilter', {
  description: `${filterRules} An id that is malformed, of another type or of another account matches nothing.`,
  fields: (t) => ({
    snapshotId: t.idList({ description: 'Of any of these snapshots.' }),
    volumeId: t.idList({ description: 'Of snapshots of any of these volumes.' }),
    to: t.field({
      type: [SnapshotState],
      description: 'After which the snapshot was in any of these states.',
    }),
    kind: t.field({ type: [SnapshotEventKind], description: 'Of any of these kinds.' }),
  }),
})

/** A page, read after a look at how far the history goes. Throws BAD_USER_INPUT and CURSOR_EXPIRED. */
async function eventConnection(
  { scope, loaders, events }: Context,
  args: PageArguments,
  read: () => Promise<Page<EventRow>>,
): Promise<EventConnection> {
  const history = () => loaders.history(events.ordering.settled)
  const cursors = (['after', 'before'] as const).flatMap((name) => {
    const cursor = args[name]
    return cursor == null ? [] : { name, cursor }
  })
  const check = (history: History) =>
    cursors.map(({ name, cursor }) => readEventCursor(cursor, name, history))
  if (cursors.length > 0) check(await history())
  return {
    page: once(async () => {
      await history()
      const page = await read()
      // What was deleted meanwhile may be missing.
      if (cursors.length > 0) check(await findHistory(scope))
      return page
    }),
    latestCursor: async () => eventCursor((await history()).lastId),
  }
}

const cursorErrors =
  'A cursor that is older than what is kept is refused with CURSOR_EXPIRED. Oldest first; nothing is counted.'

builder.queryField('snapshotEvents', (t) =>
  t.field({
    type: SnapshotEventConnection,
    nullable: true,
    description: `The history of the account's snapshots. ${cursorErrors}`,
    args: {
      ...pageArguments,
      filter: t.arg({ type: SnapshotEventFilter, description: 'Which events to list. Default: all.' }),
    },
    resolve: (_, args, context) => {
      const list: List<EventRow> = listEvents(args)
      return eventConnection(context, args, () => readPage(context.scope, list))
    },
  }),
)

builder.objectField(Snapshot, 'events', (t) =>
  t.field({
    type: SnapshotEventConnection,
    nullable: true,
    description: `Its history. ${cursorErrors}`,
    args: pageArguments,
    resolve: (row, args, context) => {
      const list = listEvents(args)
      const key = JSON.stringify(args)
      return eventConnection(context, args, () => context.loaders.eventPages(key, list).load(row.id))
    },
  }),
)
