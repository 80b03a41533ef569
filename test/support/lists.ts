import { createTestDatabase } from './database.ts'
import { type Answer, createTestGateway } from './gateway.ts'
import { rowMaker } from './rows.ts'

/** A row as a list has it. */
export interface Row {
  number: bigint
  id: string
  name: string | null
  created: string
  state: string
}

export interface Order {
  field: 'CREATED' | 'NAME'
  direction: 'ASC' | 'DESC'
}

/** A connection of the API, with everything that can be in it. */
export interface List {
  title: string
  /** What a cursor of it belongs to. */
  type: 'snapshot' | 'volume' | 'backup'
  orders: Order[]
  rows: Row[]
  /** The first lists what is there by default, the last every row. */
  filters: { filter: object | null; keeps(row: Row): boolean }[]
  query(variables: Record<string, unknown>): Promise<Answer>
  /** The connection in the data of an answer; null where it is missing. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
  connection(data: any): any
}

// Names and times with many ties; times that differ in microseconds only; names that other collations order otherwise.
const names = [
  null,
  null,
  'a',
  'a',
  'B',
  'b',
  'Z',
  'ä',
  'é',
  'zz',
  '10',
  '9',
  '~',
  '\u{ffff}',
  '\u{10000}',
  '😀',
  'A b',
  'A_b',
]
const orders = (fields: Order['field'][]): Order[] =>
  fields.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })))

/** By code points, nulls last, ties by id: the order of the contract, in ASC. */
function compare(a: Row, b: Row, field: Order['field']): number {
  const byId = a.number < b.number ? -1 : a.number > b.number ? 1 : 0
  if (field === 'CREATED') return a.created < b.created ? -1 : a.created > b.created ? 1 : byId
  if (a.name === null || b.name === null) return a.name === b.name ? byId : a.name === null ? 1 : -1
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)) || byId
}
export const inOrder =
  ({ field, direction }: Order) =>
  (a: Row, b: Row) =>
    direction === 'ASC' ? compare(a, b, field) : compare(b, a, field)

/** Every list of the API over a database of its own, each with 60 to 100 rows of which more than 50 are not removed. */
export async function createLists() {
  const database = await createTestDatabase()
  const gateway = createTestGateway(database)
  const make = rowMaker(database)
  const nameOf = (n: number) => names[(n * 7) % names.length] ?? null
  const createdOf = (n: number) => `2026-01-02T03:04:05.00000${n % 6}Z`

  const volumes: Row[] = []
  const taken = new Set<string>()
  for (let n = 0; n < 90; n++) {
    // Live volumes have names of their own; ties are among those that are removed.
    const [state, created, base] = [n % 3 === 2 ? 'removed' : 'active', createdOf(n), nameOf(n) ?? 'none']
    const name = state === 'active' && taken.has(base) ? `${base}${n}` : base
    if (state === 'active') taken.add(name)
    const number = await make.volume({ name, created, state })
    volumes.push({ number, id: `1v${number}`, name, created, state })
  }

  const [first = 0n, second = 0n] = volumes.map((row) => row.number)
  const snapshots: (Row & { of: bigint })[] = []
  const backups: Row[] = []
  for (let n = 0; n < 75; n++) {
    const [of, name, created] = [n % 5 === 4 ? second : first, nameOf(n), createdOf(n)]
    const state = n % 3 === 0 ? 'created' : 'requested'
    const transitioning = state === 'created' ? 'no' : 'yes'
    const number = await make.snapshot(of, { name, created, state, transitioning })
    snapshots.push({ number, id: `1s${number}`, name, created, state, of })
    const backup = { name: null, created: createdOf(n * 5), state: n % 4 === 3 ? 'removed' : 'created' }
    const copy = await make.backup(of, number, backup)
    backups.push({ number: copy, id: `1b${copy}`, ...backup })
  }

  const variables = (type: string) =>
    `query ($first: Int, $last: Int, $after: String, $before: String, $orderBy: ${type}Order, $filter: ${type}Filter)`
  const page = `(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy, filter: $filter) {
    edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }`
  const ofSnapshots = {
    type: 'snapshot' as const,
    orders: orders(['CREATED', 'NAME']),
    filters: [
      { filter: { state: ['CREATED'] }, keeps: (row: Row) => row.state === 'created' },
      { filter: null, keeps: () => true },
    ],
  }
  const removed = [
    { filter: null, keeps: (row: Row) => row.state !== 'removed' },
    { filter: { removed: 'ONLY' }, keeps: (row: Row) => row.state === 'removed' },
    { filter: { removed: 'INCLUDE' }, keeps: () => true },
  ]

  const lists: List[] = [
    {
      title: 'snapshots',
      ...ofSnapshots,
      rows: snapshots,
      query: (values) => gateway.query(`${variables('Snapshot')} { snapshots${page} }`, values),
      connection: (data) => data?.snapshots ?? null,
    },
    {
      // Beside another's, with which it is read in one batch.
      title: 'snapshots of a volume',
      ...ofSnapshots,
      rows: snapshots.filter((row) => row.of === first),
      query: (values) =>
        gateway.query(
          `${variables('Snapshot')} { nodes(ids: ["1v${second}", "1v${first}"]) { ... on Volume { snapshots${page} } } }`,
          values,
        ),
      connection: (data) => data?.nodes?.[1]?.snapshots ?? null,
    },
    {
      title: 'volumes',
      type: 'volume',
      orders: orders(['CREATED', 'NAME']),
      rows: volumes,
      filters: removed,
      query: (values) => gateway.query(`${variables('Volume')} { volumes${page} }`, values),
      connection: (data) => data?.volumes ?? null,
    },
    {
      title: 'backups',
      type: 'backup',
      orders: orders(['CREATED']),
      rows: backups,
      filters: removed,
      query: (values) => gateway.query(`${variables('Backup')} { backups${page} }`, values),
      connection: (data) => data?.backups ?? null,
    },
  ]
  return { database, lists }
}

/** Reads a page that has no errors. */
export async function read(list: List, variables: Record<string, unknown>) {
  const { data, errors } = await list.query(variables)
  if (errors) throw new Error(JSON.stringify(errors))
  return list.connection(data)
}

/** The codes that a refused page is answered with, each once; it may have no rows. */
export async function refusal(list: List, variables: Record<string, unknown>): Promise<string[]> {
  const { data, errors = [] } = await list.query(variables)
  if (list.connection(data) !== null) throw new Error('there is a page')
  return [...new Set(errors.map((error) => error.extensions.code))]
}

/** The cursor of every row, by its id. */
export async function cursorsOf(list: List, orderBy: Order): Promise<Map<string, string>> {
  const { edges } = await read(list, { first: 100, orderBy, filter: list.filters.at(-1)?.filter })
  return new Map(edges.map((edge: { cursor: string; node: { id: string } }) => [edge.node.id, edge.cursor]))
}
