import type { AccountScope } from '../database/account-scope.ts'
import type { Reading } from '../database/rows.ts'
import type { ResourceRow } from '../database/tables.ts'
import { countList, type List, readPage } from '../resources/list.ts'
import type { Page } from '../resources/page.ts'

/** A connection reads nothing until a field of it is asked for. */
export interface Connection<Row> {
  page(): Promise<Page<Row>>
  count(): Promise<number>
}

/** A connection over a list of the whole account; `reading`: what of its rows is read. */
export function listConnection<Row extends ResourceRow>(
  scope: AccountScope,
  list: List<Row>,
  reading?: Reading,
): Connection<Row> {
  return lazyConnection(
    () => readPage(scope, list, reading),
    () => countList(scope, list),
  )
}

/** A connection whose page and count are each read at most once, and only when asked for. */
export function lazyConnection<Row>(
  read: () => Promise<Page<Row>>,
  count: () => Promise<number>,
): Connection<Row> {
  return { page: once(read), count: once(count) }
}

export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
