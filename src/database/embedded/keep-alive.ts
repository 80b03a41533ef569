import { setTimeout as pause } from 'node:timers/promises'
import type { Clients } from './clients.ts'
import type { Log } from './log.ts'
import { isPostmaster, type Postmaster } from './postmaster.ts'

export interface KeepAlive {
  folder: string
  server: Postmaster
  clients: Clients
  log: Log
  /** Finds the server, if another process was quicker, or starts it. */
  restart(socketFolder: string): Promise<Postmaster>
}

/** Seconds between looks. */
const interval = 1
const longestBackoff = 30

/** Starts the server again when it dies under its clients; the pools of connections recover by themselves. */
export function keepAlive({ folder, server, clients, log, restart }: KeepAlive): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const sleep = (seconds: number) => pause(seconds * 1000, undefined, { signal, ref: false }).catch(() => {})
  // By itself: also while a restart, or the wait for the next one, takes long.
  const beats = setInterval(() => {
    try {
      clients.beat()
    } catch (error) {
      log.error({ err: error }, 'cannot show other processes that this one uses the embedded database')
    }
  }, interval * 1000).unref()
  const watch = async () => {
    let current = server
    let failures = 0
    while (!signal.aborted) {
      await sleep(failures === 0 ? interval : Math.min(longestBackoff, 2 ** failures))
      if (signal.aborted) return
      try {
        if (isPostmaster(folder, current)) {
          failures = 0
          continue
        }
        log.warn({ pid: current.pid }, 'the embedded database has died; starting it again')
        current = await restart(current.socketFolder)
        failures = 0
        log.info({ pid: current.pid }, 'the embedded database is back')
      } catch (error) {
        failures += 1
        log.error({ err: error }, 'the embedded database could not be looked at or started again')
      }
    }
  }
  const watching = watch()
  return {
    stop: async () => {
      clearInterval(beats)
      stopping.abort()
      await watching
    },
  }
}
