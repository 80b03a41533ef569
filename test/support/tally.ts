/** How many of a list there are of each kind. */
export function tally<T>(list: Iterable<T>, kindOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of list) counts[kindOf(item)] = (counts[kindOf(item)] ?? 0) + 1
  return counts
}
