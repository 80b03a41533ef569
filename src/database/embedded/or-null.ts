/** What can be read of a process, or of the system, in /proc; null where there is no /proc, or we may not look. */
export function orNull<R>(read: () => R): R | null {
  try {
    return read()
  } catch {
    return null
  }
}
