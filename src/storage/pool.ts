import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { aborted, type StorageDriver, StorageError, type Work } from './driver.ts'
import type { Method } from './protocol.ts'
import { type StorageChild, startStorageChild } from './storage-child.ts'
import type { VfsConfig } from './vfs/vfs-config.ts'

export interface StoragePoolOptions {
  /** The compiled child.js. */
  entry: string
  /** Calls at a time: each has a process of its own. */
  size: number
  vfs: VfsConfig
  log: Log
  /** How much its work gives way to that of other processes, to 19. Default: 0, not at all. */
  niceness?: number
  /** Seconds after which calls that no signal stops are given up with TIMED_OUT. Left out: never. */
  callTimeout?: number | undefined
  /** Seconds that a call has to settle after it was aborted. */
  killAfter?: number
  /** Processes that may hang unkillably beside the pool; one more keeps its place in the pool. Default: size. */
  maximumStuck?: number
}

export interface StoragePool {
  /** The driver, in child processes. */
  driver: StorageDriver
  /** How many processes were killed and have not died: the kernel waits for a storage that does not answer. */
  stuck(): number
  /** Rejects what waits, and ends the processes. */
  close(): Promise<void>
}

/**
 * Runs a storage driver in child processes, which are started when they are needed and kept. Calls beyond the size
 * of the pool wait for their turn.
 */
export function createStoragePool(options: StoragePoolOptions): StoragePool {
  const { entry, size, vfs, log, niceness = 0, callTimeout, killAfter = 5, maximumStuck = size } = options
  const idle: StorageChild[] = []
  /** Those that count towards the size. */
  const children = new Set<StorageChild>()
  const stuck = new Set<StorageChild>()
  /** Those that do not die either, and keep their place in the pool until one of the stuck does. */
  const blocking = new Set<StorageChild>()
  const queue: ((child: StorageChild | null) => void)[] = []
  let closed = false

  function start(): StorageChild {
    const child = startStorageChild({ entry, vfs, log, niceness, killAfter })
    children.add(child)
    void child.gone.then(() => {
      children.delete(child)
      stuck.delete(child)
      blocking.delete(child)
      const [next] = blocking
      if (next) setAside(next)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
      serve()
    })
    return child
  }

  /** Gives those that wait a child each, as far as there are any. */
  function serve() {
    while (queue.length > 0 && (idle.length > 0 || children.size < size))
      queue.shift()?.(idle.pop() ?? start())
  }

  /** Waits for a child; rejects with what `reason` makes once the signal is aborted. */
  async function acquire(signal: AbortSignal, reason: () => StorageError): Promise<StorageChild> {
    if (closed) throw aborted()
    if (signal.aborted) throw reason()
    return new Promise((resolve, reject) => {
      const waiter = (child: StorageChild | null) => {
        signal.removeEventListener('abort', leave)
        if (child) resolve(child)
        else reject(aborted())
      }
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1)
        reject(reason())
      }
      signal.addEventListener('abort', leave, { once: true })
      queue.push(waiter)
      serve()
    })
  }

  function release(child: StorageChild) {
    if (child.isUsable()) idle.push(child)
    else if (children.has(child)) setAside(child)
    serve()
  }

  /** It was killed and does not die: its place goes to another, unless too many hang already. */
  function setAside(child: StorageChild) {
    if (stuck.size >= maximumStuck) {
      blocking.add(child)
      return
    }
    blocking.delete(child)
    children.delete(child)
    stuck.add(child)
    log.error({ stuck: stuck.size }, 'a storage process does not die: the storage does not answer the kernel')
  }

  /** A call that its caller stops. */
  async function runJob(method: Method, job: object, work: Work): Promise<unknown> {
    const child = await acquire(work.signal, aborted)
    return child.call(method, [job], work).finally(() => release(child))
  }

  /** A call that is short, unless the storage hangs. */
  async function runCall(method: Method, args: readonly unknown[]): Promise<unknown> {
    const waiting = new AbortController()
    let child: StorageChild | undefined
    const timer =
      callTimeout &&
      setTimeout(() => {
        waiting.abort()
        child?.kill(late())
      }, callTimeout * 1000)
    try {
      child = await acquire(waiting.signal, late)
      return await child.call(method, args, null)
    } finally {
      if (timer) clearTimeout(timer)
      if (child) release(child)
    }
  }

  const call =
    (method: Method) =>
    (...args: unknown[]) =>
      runCall(method, args)
  const job = (method: Method) => (job: object, work: Work) => runJob(method, job, work)
  return {
    driver: {
      checkVolume: call('checkVolume'),
      makeVolume: call('makeVolume'),
      takeSnapshot: job('takeSnapshot'),
      deleteSnapshot: job('deleteSnapshot'),
      backUpSnapshot: job('backUpSnapshot'),
      deleteBackup: job('deleteBackup'),
      prepareRoot: call('prepareRoot'),
      listFolders: call('listFolders'),
      listFiles: call('listFiles'),
      deleteFile: call('deleteFile'),
    } as StorageDriver, // the child answers as its driver does
    stuck: () => stuck.size,
    close: async () => {
      closed = true
      for (const waiter of queue.splice(0)) waiter(null)
      const all = [...children, ...stuck]
      for (const child of all) child.disconnect()
      const patience = new AbortController()
      await Promise.race([
        Promise.all(all.map((child) => child.gone)).finally(() => patience.abort()),
        pause(killAfter * 1000, undefined, { signal: patience.signal }).catch(() => {}),
      ])
      for (const child of all) child.kill(aborted())
    },
  }
}

function late(): StorageError {
  return new StorageError('TIMED_OUT', 'the storage does not answer in time', { retryable: true })
}
