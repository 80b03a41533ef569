import type { ResourceRow } from '../../database/tables.ts'
import { existing, volumeOf } from '../../graphql/loaders.ts'
import { searchOfParents } from '../../resources/search.ts'
import type { Asking } from './asking.ts'
import { represent, representAccount } from './representation.ts'
import type { ResourceType } from './resource-types.ts'
import { searchables } from './searchables.ts'

/** Resources that a link to several brings along at most; where there are more, the link alone is answered. */
const most = 100

/** The links of a type whose resources can be had along. */
export function includeableLinks({ toOne, toMany }: ResourceType): string[] {
  return [...Object.keys(toOne), ...Object.keys(toMany)]
}

/** Whether any link to several is wanted, each of which may bring many. */
export function includesMany({ toMany }: ResourceType, include: ReadonlySet<string>): boolean {
  return Object.keys(toMany).some((name) => include.has(name.toLowerCase()))
}

/** Writes rows with the resources of the links that are wanted, under the links' names. */
export async function representWith(
  asking: Asking,
  type: ResourceType,
  rows: readonly ResourceRow[],
  include: ReadonlySet<string>,
): Promise<string[]> {
  const represented = rows.map((row) => represent(asking, row))
  if (include.size === 0) {
    // As nearly always: of a page of snapshots nothing is waited for.
    return represented.every(isText) ? represented : Promise.all(represented)
  }
  const linked = await Promise.all(
    includeableLinks(type)
      .filter((name) => include.has(name.toLowerCase()))
      .map(async (name) => ({ name, resources: await linkedBy(asking, type, name, rows) })),
  )
  return (await Promise.all(represented)).map((resource, index) => {
    let along = ''
    for (const { name, resources } of linked)
      if (resources[index] !== null) along += `,"${name}":${resources[index]}`
    return `${resource.slice(0, -1)}${along}}`
  })
}

function isText(written: string | Promise<string>): written is string {
  return typeof written === 'string'
}

/** What a link of each row leads to, written; null where that is too much. */
async function linkedBy(
  asking: Asking,
  type: ResourceType,
  name: string,
  rows: readonly ResourceRow[],
): Promise<(string | null)[]> {
  const toMany = type.toMany[name]
  if (!toMany) return Promise.all(rows.map((row) => linkedOne(asking, name, row)))
  const ids = rows.map(({ id }) => id)
  const pages = await searchOfParents(asking.scope, searchables[toMany.type], toMany.field, ids, most)
  return Promise.all(
    pages.map(async (page) => {
      if (page.hasNextPage) return null
      // All of them, so that they can be in the order that the link has.
      const inOrder = page.rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const written = await Promise.all(inOrder.map((row) => represent(asking, row)))
      return `[${written.join(',')}]`
    }),
  )
}

/** Writes the single resource that a link of a row leads to. */
export async function linkedOne(asking: Asking, name: string, row: ResourceRow): Promise<string> {
  const { loaders } = asking
  if (name === 'account') return representAccount(asking, await loaders.account())
  if (name === 'volume' && 'volumeId' in row) return represent(asking, await volumeOf(row, loaders))
  if (name === 'snapshot' && 'snapshotId' in row)
    return represent(asking, existing(await loaders.snapshot.load(row.snapshotId)))
  throw new Error(`unreachable: a ${row.kind} has no link ${name} to one`)
}
