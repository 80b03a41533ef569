import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Place } from '../database/place.ts'
import { start, stop } from '../processes.ts'
import type { Server } from './server.ts'

/** A server that runs. */
export interface Running extends Server {
  port: number
  pid: number
  sentHeaders: Record<string, string>
  stop(): Promise<void>
}

/** Starts it in a process of its own, and waits until it listens. */
export async function startServer(server: Server, place: Place, apiKey: string): Promise<Running> {
  const port = await freePort()
  const given = { port, address: place.address, env: place.env, apiKey }
  const log = join(place.folder, `${server.name}.log`)
  const child = start({ ...server.program(given), log })
  await listening(child, port, log)
  return {
    ...server,
    port,
    pid: child.pid ?? 0,
    sentHeaders: server.headers?.(given) ?? {},
    stop: () => stop(child),
  }
}

/** Asks it once, and returns the body of its answer. */
export async function ask({ port, sentHeaders }: Running, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', ...sentHeaders }
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body })
  const answer = await response.text()
  if (response.status !== 200 || answer.includes('"errors":'))
    throw new Error(`${response.status} ${answer.slice(0, 500)}`)
  return answer
}

async function listening(child: ChildProcess, port: number, log: string): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break
    if (await accepts(port)) return
  }
  const output = await readFile(log, 'utf8')
  throw new Error(`${child.spawnargs.join(' ')} does not listen:\n${output.slice(-2000)}`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** One that nobody has at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
