import type { OutputRef } from '@pothos/core'
import type { OwnedRow, ResourceRow } from '../database/tables.ts'
import type { Page } from '../resources/page.ts'
import { builder } from './builder.ts'
import type { Connection } from './lazy-connection.ts'

interface Edge<Row> {
  cursor: string
  node: Row
}

const PageInfo = builder.objectRef<Page<OwnedRow>>('PageInfo').implement({
  description: 'Where a page is in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description:
        'Whether more rows follow this page. With `last`, it only tells whether `before` was given.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description:
        'Whether more rows come before this page. Without `last`, it only tells whether `after` was given.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first row; null if the page is empty.',
      resolve: (page) => cursorOf(page, page.rows[0]),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last row; null if the page is empty.',
      resolve: (page) => cursorOf(page, page.rows.at(-1)),
    }),
  }),
})

function cursorOf<Row>(page: Page<Row>, row: Row | undefined): string | null {
  return row === undefined ? null : page.cursor(row)
}

/** What a connection reads its rows by. */
interface Paged<Row extends OwnedRow> {
  page(): Promise<Page<Row>>
}
type Fields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<typeof builder.$inferSchemaTypes, Shape>

/** Makes the edge type of a node type, and what makes the fields that all its connections have. `noun`: for a row. */
export function connectionFields<Row extends OwnedRow>(
  name: string,
  node: OutputRef<Row>,
  { noun, article = 'A' }: { noun: string; article?: string },
) {
  const EdgeType = builder.objectRef<Edge<Row>>(`${name}Edge`).implement({
    description: `${article} ${noun} and its place in the list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'An opaque position in the list, for `after` and `before`.',
      }),
      node: t.expose('node', { type: node, description: `The ${noun}.` }),
    }),
  })
  return <Shape extends Paged<Row>>(t: Fields<Shape>) => ({
    edges: t.field({
      type: [EdgeType],
      description: 'The rows of the page, each with its cursor.',
      resolve: async (connection) => {
        const page = await connection.page()
        return page.rows.map((row) => ({ cursor: page.cursor(row), node: row }))
      },
    }),
    nodes: t.field({
      type: [node],
      description: 'The rows of the page.',
      resolve: async (connection) => (await connection.page()).rows,
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'Where the page is in the list.',
      resolve: (connection) => connection.page(),
    }),
  })
}

/** Makes the edge and connection types of a resource. */
export function connectionType<Row extends ResourceRow>(name: string, node: OutputRef<Row>) {
  const fields = connectionFields(name, node, { noun: name.toLowerCase() })
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: `A page of ${name.toLowerCase()}s.`,
    fields: (t) => ({
      ...fields(t),
      totalCount: t.int({
        nullable: true,
        description:
          'How many rows the whole list has. Counted only if it is asked for; costly on large accounts. Null, with an error, if counting took too long.',
        resolve: (connection) => connection.count(),
      }),
    }),
  })
}
