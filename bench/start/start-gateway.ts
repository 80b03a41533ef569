import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A gateway, as it was built, in a process of its own. */
export interface RunningGateway {
  pid: number
  /** Of GraphQL. */
  url: string
  /** Milliseconds from before its process was made until it said that it is ready. */
  readyAfter: number
  stop(): Promise<void>
}

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** Starts one on a free port, with its own settings aside from the shell's. Rejects with its log where it ends. */
export async function startGateway(settings: Record<string, string>): Promise<RunningGateway> {
  const begin = performance.now()
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => running.delete(child))
  const log: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (log.length < 100) log.push(line)
      const { msg, url } = JSON.parse(line) as { msg: string; url?: string }
      if (msg.startsWith('ready') && url !== undefined) resolve(url)
    })
    void ended.then(() => reject(new Error(`the gateway has ended:\n${log.join('\n')}`)))
  })
  return {
    pid: child.pid ?? 0,
    url,
    readyAfter: performance.now() - begin,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
