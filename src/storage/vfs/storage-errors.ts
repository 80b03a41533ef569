import { aborted, StorageError } from '../driver.ts'

/** The code of a failed system call, or null. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Ignores the failure of a system call that is expected. */
export function ignoring(...codes: string[]): (error: unknown) => null {
  return (error) => {
    if (codes.includes(systemCode(error) ?? '')) return null
    throw error
  }
}

export function damaged(what = 'its file is not what was written'): StorageError {
  return new StorageError('DAMAGED', `the stored snapshot is damaged: ${what}`, { retryable: false })
}

/** Says whatever went wrong so that a user may read it: the system's messages hold absolute paths. */
export function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  if (error instanceof Error && error.name === 'AbortError') return aborted()
  const failed = (message: string) => new StorageError('FAILED', message, { retryable: true, cause: error })
  const code = systemCode(error)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError('DISK_FULL', 'the disk is full', { retryable: true, cause: error })
    case 'EROFS':
      return failed('the storage is read-only')
    case 'EACCES':
    case 'EPERM':
      return failed('the gateway lacks permission to use its storage')
    default:
      return failed(code === null ? 'the storage failed unexpectedly' : `the storage failed (${code})`)
  }
}
