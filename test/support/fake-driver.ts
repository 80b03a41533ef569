import { type StorageDriver, StorageError, type StoredCopy, type Work } from '../../src/storage/driver.ts'

/** One call of a driver that the test answers. */
export interface DriverCall {
  name: 'takeSnapshot' | 'deleteSnapshot' | 'backUpSnapshot' | 'deleteBackup'
  job: Record<string, unknown>
  work: Work
  /** Confirms and succeeds. */
  succeed(copy?: StoredCopy): Promise<void>
  /** Succeeds without confirming, as where that was done before. */
  finish(copy?: StoredCopy): void
  fail(error: Error): void
}

export const aCopy: StoredCopy = { sizeBytes: 42n, checksum: `sha256:${'a'.repeat(64)}` }

export interface FakeDriver extends StorageDriver {
  /** Resolves with the next call that nobody has taken yet. */
  next(): Promise<DriverCall>
  /** Calls so far. */
  calls: DriverCall[]
}

/**
 * A storage driver that does nothing until the test says so, but settles by itself when it is aborted, as drivers
 * must. With `stubborn` it does not even then.
 */
export function createFakeDriver({ stubborn = false } = {}): FakeDriver {
  const calls: DriverCall[] = []
  const untaken: DriverCall[] = []
  const waiting: ((call: DriverCall) => void)[] = []

  const call = (name: DriverCall['name']) => (job: object, work: Work) =>
    new Promise<StoredCopy>((resolve, reject) => {
      const made: DriverCall = {
        name,
        job: job as Record<string, unknown>,
        work,
        succeed: async (copy = aCopy) => {
          try {
            if (name === 'takeSnapshot' || name === 'backUpSnapshot') await work.confirm(copy)
            resolve(copy)
          } catch (error) {
            reject(error)
          }
        },
        finish: (copy = aCopy) => resolve(copy),
        fail: reject,
      }
      const aborted = () => reject(new StorageError('ABORTED', 'aborted', { retryable: true }))
      if (work.signal.aborted) return aborted()
      if (!stubborn) work.signal.addEventListener('abort', aborted)
      calls.push(made)
      const taker = waiting.shift()
      if (taker) taker(made)
      else untaken.push(made)
    })

  return {
    calls,
    next: async () => untaken.shift() ?? (await new Promise<DriverCall>((resolve) => waiting.push(resolve))),
    takeSnapshot: call('takeSnapshot'),
    backUpSnapshot: call('backUpSnapshot'),
    deleteSnapshot: call('deleteSnapshot') as unknown as StorageDriver['deleteSnapshot'],
    deleteBackup: call('deleteBackup') as unknown as StorageDriver['deleteBackup'],
    checkVolume: async () => null,
    makeVolume: async () => null,
    prepareRoot: async () => null,
    listFolders: async () => [],
    listFiles: async () => [],
    deleteFile: async () => {},
  }
}
