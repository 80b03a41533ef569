import type { Log } from '../log.ts'
import type { Work } from './driver.ts'
import { lowerPriority } from './lower-priority.ts'
import { type FromChild, type ToChild, toWire } from './protocol.ts'
import { asStorageError } from './vfs/storage-errors.ts'
import { createVfs } from './vfs/vfs.ts'

// The program of a child process: runs the calls of its parent, one at a time. Hung file systems hang the child,
// not the gateway, whose thread pool they would fill.

const say = (message: FromChild) => {
  if (process.connected) process.send?.(message, undefined, undefined, leaveUnheard)
}
/** The parent is gone, of which this process has not heard yet; or it is to hear that the answer will not come. */
const leaveUnheard = (error: Error | null) => {
  if (error) process.exit(1)
}
const logAt =
  (level: 'info' | 'warn' | 'error') =>
  (fields: object, message: string): void =>
    say({ type: 'log', level, fields, message })
const log: Log = { info: logAt('info'), warn: logAt('warn'), error: logAt('error') }

let driver: ReturnType<typeof createVfs>
let stop = new AbortController()
let answer: (refused: boolean) => void = () => {}

async function run({ method, args }: Extract<ToChild, { type: 'call' }>): Promise<void> {
  stop = new AbortController()
  const work: Work = {
    signal: stop.signal,
    onProgress: (percent) => say({ type: 'progress', percent }),
    confirm: (copy) =>
      new Promise((resolve, reject) => {
        answer = (refused) => (refused ? reject(new Error('refused')) : resolve())
        say({ type: 'confirm', copy })
      }),
  }
  try {
    const call = driver[method] as (...args: unknown[]) => Promise<unknown>
    say({ type: 'done', value: await call(...args, work) })
  } catch (error) {
    say({ type: 'failed', error: toWire(asStorageError(error)) })
  }
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'start':
      if (message.niceness > 0) lowerPriority(message.niceness)
      driver = createVfs(message.vfs, log)
      return
    case 'call':
      void run(message)
      return
    case 'confirmed':
      answer(message.refused)
      return
    case 'abort':
      stop.abort()
  }
})

// Whoever started this is gone: nobody may write any more, and tar ends with this process.
process.on('disconnect', () => process.exit(0))
// What ends all processes of a terminal or a service is the parent's to act on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {})
