import type { SnapshotRow } from '../database/tables.ts'
import { awaitSnapshot, checkWait } from '../events/await-snapshot.ts'
import { builder } from './builder.ts'
import { Snapshot } from './refs.ts'
import { refusalAsData } from './result-union.ts'
import { SnapshotState } from './snapshot.ts'
import {
  NotFoundError,
  StateUnreachableError,
  toWaitError,
  type WaitErrorShape,
  WaitTimedOutError,
} from './user-errors.ts'

const AwaitSnapshotResult = builder.unionType('AwaitSnapshotResult', {
  description: 'The snapshot as it is now, or why it is not waited for any more.',
  types: [Snapshot, NotFoundError, StateUnreachableError, WaitTimedOutError],
  resolveType: (value: unknown) => {
    const answer = value as SnapshotRow | WaitErrorShape
    return 'typeName' in answer ? answer.typeName : 'Snapshot'
  },
})

builder.queryField('awaitSnapshot', (t) =>
  t.field({
    type: AwaitSnapshotResult,
    nullable: true,
    description:
      'Waits until a snapshot comes into a state, for scripts. A state that it passes through after the call began counts. Several of one request wait at the same time: at most 10, and at most 100 of a caller.',
    args: {
      id: t.arg.id({ required: true, description: 'Such as 1s12.' }),
      until: t.arg({
        type: [SnapshotState],
        description:
          'Any of these states. Default: until nothing is under way, whether it succeeded or failed. While the last transition has failed in another state, or no path leads to any of these, the answer is StateUnreachableError.',
      }),
      timeoutSeconds: t.arg.int({
        required: true,
        defaultValue: 30,
        description:
          'How long to wait, 1 to 600 seconds; REQUEST_TIMEOUT does not count meanwhile. Anything else is refused with BAD_USER_INPUT.',
      }),
    },
    resolve: (_, wait, context) => {
      checkWait(wait)
      const { scope, events, bond } = context
      return refusalAsData(
        () => context.patiently((pause) => awaitSnapshot(scope, events, wait, { bond, pause })),
        toWaitError,
      )
    },
  }),
)
