import { fork } from 'node:child_process'
import type { Log } from '../log.ts'
import { aborted, StorageError, type Work } from './driver.ts'
import { type FromChild, fromWire, type Method, type ToChild } from './protocol.ts'
import type { VfsConfig } from './vfs/vfs-config.ts'

export interface StorageChildOptions {
  /** The compiled child.js. */
  entry: string
  vfs: VfsConfig
  log: Log
  /** How much its work gives way to that of other processes, from 0, not at all, to 19. */
  niceness: number
  /** Seconds that a call has to settle after it was aborted; then the process is killed. */
  killAfter: number
}

/** A process that does one storage call at a time. */
export interface StorageChild {
  /** `work` is null for calls that nobody stops. Rejects with StorageError, or with what `work.confirm` threw. */
  call(method: Method, args: readonly unknown[], work: Work | null): Promise<unknown>
  /** Kills it: a call under way rejects with `reason`, even if the process does not die. */
  kill(reason: StorageError): void
  /** Lets it end by itself. */
  disconnect(): void
  /** Once the process is gone. */
  gone: Promise<void>
  /** Whether it can take another call: it was not killed and is not gone. */
  isUsable(): boolean
}

function unexpectedEnd(cause?: Error): StorageError {
  return new StorageError('FAILED', 'the storage process ended unexpectedly', { retryable: true, cause })
}

/** Seconds that a killed process has to die; one that is stuck in the kernel does not. */
const deathPatience = 1

export function startStorageChild({
  entry,
  vfs,
  log,
  niceness,
  killAfter,
}: StorageChildOptions): StorageChild {
  const child = fork(entry, [], {
    // Run from its sources, it needs what loads them; else none of the parent's options, such as --inspect.
    execArgv: entry.endsWith('.ts') ? process.execArgv : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const say = (message: ToChild) => {
    if (child.connected) child.send(message, () => {}) // one that is dying is heard of by its end
  }
  let dead = false
  let killedFor: StorageError | null = null
  let hear: (message: FromChild) => void = () => {}
  let fail: (error: Error) => void = () => {}

  child.on('message', (message: FromChild) => {
    if (message.type === 'log') log[message.level](message.fields, message.message)
    else hear(message)
  })
  const gone = new Promise<void>((resolve) => {
    const end = (error?: Error) => {
      if (dead) return
      dead = true
      fail(killedFor ?? unexpectedEnd(error))
      resolve()
    }
    child.once('exit', () => end())
    child.once('error', end)
  })
  say({ type: 'start', vfs, niceness })

  function kill(reason: StorageError) {
    killedFor ??= reason
    child.kill('SIGKILL')
    const timer = setTimeout(() => fail(reason), deathPatience * 1000)
    void gone.then(() => clearTimeout(timer))
  }

  async function call(method: Method, args: readonly unknown[], work: Work | null): Promise<unknown> {
    let refusal: unknown
    let killer: NodeJS.Timeout | undefined
    const onAbort = () => {
      say({ type: 'abort' })
      killer = setTimeout(() => kill(aborted()), killAfter * 1000)
    }
    try {
      return await new Promise((resolve, reject) => {
        fail = reject
        hear = (message) => {
          if (message.type === 'done') resolve(message.value)
          else if (message.type === 'failed') reject(refusal ?? fromWire(message.error))
          else if (message.type === 'progress') work?.onProgress(message.percent)
          else if (message.type === 'confirm')
            Promise.resolve(work?.confirm(message.copy)).then(
              () => say({ type: 'confirmed', refused: false }),
              (error: unknown) => {
                refusal = error
                say({ type: 'confirmed', refused: true })
              },
            )
        }
        if (dead) reject(killedFor ?? unexpectedEnd())
        say({ type: 'call', method, args: [...args] })
        if (work?.signal.aborted) onAbort()
        else work?.signal.addEventListener('abort', onAbort, { once: true })
      })
    } finally {
      clearTimeout(killer)
      work?.signal.removeEventListener('abort', onAbort)
      hear = () => {}
      fail = () => {}
    }
  }

  return {
    call,
    kill,
    disconnect: () => {
      if (child.connected) child.disconnect()
    },
    gone,
    isUsable: () => !dead && killedFor === null,
  }
}
