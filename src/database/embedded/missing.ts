/** Takes a failed system call for null where a file is not there. What cannot be seen may be there: the rest is thrown. */
export function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  return null
}

/** The same around synchronous calls. */
export function ifThere<R>(call: () => R): R | null {
  try {
    return call()
  } catch (error) {
    return nullIfMissing(error)
  }
}
