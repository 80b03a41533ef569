import type DataLoader from 'dataloader'
import { type IdType, parseIdOf } from '../resources/ids.ts'

/** Loads the resource that a public id names; null for an id of another type, and for what never was one. */
export async function loadById<Row>(
  type: IdType,
  id: string,
  loader: DataLoader<bigint, Row | null>,
): Promise<Row | null> {
  const key = parseIdOf(type, id)
  return key === null ? null : loader.load(key)
}
