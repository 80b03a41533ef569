/** One entry for each key, in the order of the keys, as DataLoader wants it; null where there is no row. */
export function inOrder<Row>(
  keys: readonly bigint[],
  rows: readonly Row[],
  keyOf: (row: Row) => bigint,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => byKey.get(key) ?? null)
}
