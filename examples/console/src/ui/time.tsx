const toMinutes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const toSeconds = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A time in the reader's zone; the exact one on pointing. */
export function Time({ value, withSeconds = false }: { value: string; withSeconds?: boolean }) {
  return (
    <time dateTime={value} title={value}>
      {(withSeconds ? toSeconds : toMinutes).format(new Date(value))}
    </time>
  )
}
