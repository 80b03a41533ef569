/** What a command answers: one thing, or a list of things that have the same fields. */
export interface Answer {
  content: Fields | readonly Fields[]
  /** The names of the fields: the columns of a list, also of an empty one. */
  fields: readonly string[]
  /** For people, beside the answer. */
  note?: string
}

type Fields = Readonly<Record<string, string | null>>

/** An answer as JSON, or as a table for people. */
export function formatAnswer({ content, fields }: Answer, json: boolean): string {
  if (json) return `${JSON.stringify(content, null, 2)}\n`
  const rows = Array.isArray(content)
    ? [
        fields.map((field) => words(field).toUpperCase()),
        ...content.map((item) => fields.map((field) => shown(item[field]))),
      ]
    : fields.map((field) => [words(field), shown((content as Fields)[field])])
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Of accessKey: access key. */
function words(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function shown(value: string | null | undefined): string {
  return value == null || value === '' ? '-' : value
}
