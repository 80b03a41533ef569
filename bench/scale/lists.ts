import type { AccountScope } from '../../src/database/account-scope.ts'
import { findByIds, snapshots } from '../../src/resources/find-by-ids.ts'
import { readPage } from '../../src/resources/list.ts'
import { listSnapshots } from '../../src/snapshots/list-snapshots.ts'
import { readSnapshotsOfVolumes } from '../../src/snapshots/snapshots-of-volumes.ts'

type Arguments = Parameters<typeof listSnapshots>[0]

/** What the lists of a database can be asked by. */
export interface Subject {
  volumeIds: bigint[]
  ids: bigint[]
  /** Of seeded snapshots: repeated once a day, and of one. */
  dayName: string
  ownName: string
  /** In the middle of the account's time. */
  middle: string
}

/** Something that is asked of a database; `turn` counts, for what is not to be the same each time. */
export interface Question {
  name: string
  /** Whether it is promised to cost the same however many rows there are. */
  isFlat: boolean
  ask(scope: AccountScope, turn: number): Promise<unknown>
}

const size = 50

/** The lists that docs/semantics.md calls flat, and some that are not, each from both ends. */
export function questions({ volumeIds, ids, dayName, ownName, middle }: Subject): Question[] {
  const volume = (turn: number) => `1v${volumeIds[turn % volumeIds.length]}`
  const filters: [
    name: string,
    filter: (turn: number) => Arguments['filter'],
    orders: Order[],
    isFlat?: boolean,
  ][] = [
    ['no filter', () => null, ['CREATED', 'NAME']],
    ['one volume', (turn) => ({ volumeId: [volume(turn)] }), ['CREATED']],
    [
      'ten volumes',
      (turn) => ({ volumeId: Array.from({ length: 10 }, (_, n) => volume(turn + n)) }),
      ['CREATED'],
    ],
    ['state CREATED', () => ({ state: ['created'] }), ['CREATED']],
    ['state CREATING', () => ({ state: ['creating'] }), ['CREATED']],
    ['state REMOVED', () => ({ state: ['removed'] }), ['CREATED']],
    ['transitioning ERROR', () => ({ transitioning: ['error'] }), ['CREATED']],
    ['transitioning NO', () => ({ transitioning: ['no'] }), ['CREATED']],
    ['created after', () => ({ createdAfter: middle }), ['CREATED']],
    ['created before', () => ({ createdBefore: middle }), ['CREATED']],
    ['name of a day', () => ({ name: { eq: dayName } }), ['CREATED', 'NAME']],
    ['name of one', () => ({ name: { eq: ownName } }), ['CREATED', 'NAME']],
    ['name starts with a month', () => ({ name: { startsWith: dayName.slice(0, -3) } }), ['CREATED', 'NAME']],
    ['name starts with all days', () => ({ name: { startsWith: 'nightly-' } }), ['NAME']],
    ['name starts with all days', () => ({ name: { startsWith: 'nightly-' } }), ['CREATED'], false],
    ['name contains', () => ({ name: { contains: dayName.slice(3) } }), ['CREATED'], false],
    [
      'a volume and a state',
      (turn) => ({ volumeId: [volume(turn)], state: ['creating'] }),
      ['CREATED'],
      false,
    ],
    ['state CREATING', () => ({ state: ['creating'] }), ['NAME'], false],
  ]
  return [
    ...filters.flatMap(([name, filter, orders, isFlat = true]) =>
      orders.flatMap((field) =>
        (['first', 'last'] as const).map((end) => ({
          name: `${name} by ${field}, ${end} page`,
          isFlat,
          ask: (scope: AccountScope, turn: number) => {
            const orderBy = { field, direction: 'DESC' } as const
            return readPage(scope, listSnapshots({ filter: filter(turn), orderBy, [end]: size }))
          },
        })),
      ),
    ),
    {
      name: 'nodes(ids:), 50 of them',
      isFlat: true,
      ask: (scope, turn) => {
        const asked = Array.from({ length: size }, (_, n) => ids[(turn * size + n) % ids.length] ?? 0n)
        return findByIds(scope, snapshots, asked)
      },
    },
    {
      name: 'Volume.snapshots, 20 of each of 10',
      isFlat: true,
      ask: (scope, turn) => {
        const asked = Array.from(
          { length: 10 },
          (_, n) => volumeIds[(turn * 10 + n) % volumeIds.length] ?? 0n,
        )
        return readSnapshotsOfVolumes(scope, listSnapshots({ first: 20 }), [...new Set(asked)])
      },
    },
  ]
}

type Order = 'CREATED' | 'NAME'
