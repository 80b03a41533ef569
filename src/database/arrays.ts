/** A list of bigint as one parameter: statements do not differ by how many there are. */
export function bigints(values: readonly bigint[]): string {
  return `{${values.join(',')}}`
}

/** A list of text as one parameter. */
export function texts(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
}
