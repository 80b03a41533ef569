import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Program {
  /** After `node`. */
  args: string[]
  /** All of it, beside PATH and NODE_ENV=production: what the shell has set is no part of a benchmark. */
  env?: Record<string, string>
  /** A file for what it writes. */
  log: string
}

/** The project's own folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Arguments of Node for a program in TypeScript. Its types are blanked, and the rest runs as it was written: tsx keeps
 * the names of functions by a call for each closure that is made, which servers that are measured would pay for.
 */
export function typescript(path: string): string[] {
  return [
    '--import',
    import.meta.resolve('ts-blank-space/register'),
    fileURLToPath(new URL(path, import.meta.url)),
  ]
}

const running = new Set<ChildProcess>()
let isOver = false
// Where the process ends without stopping them.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program. It hears by its channel, if it listens there, when this process has ended. */
export function start({ args, env = {}, log }: Program, stdout?: 'pipe'): ChildProcess {
  if (isOver) throw new Error('the run is over')
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', stdout ?? output, output, 'ipc'],
  })
  closeSync(output)
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Runs a program to its end, and returns what it wrote to stdout. */
export async function run(program: Program): Promise<string> {
  const child = start(program, 'pipe')
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code === 0) return output
  throw new Error(
    `${program.args.join(' ')} failed:\n${output}${readFileSync(program.log, 'utf8').slice(-2000)}`,
  )
}

/** Asks a program to end, and kills it where it has not ten seconds later. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(late)
}

/** Stops all that run. No other can be started from then on. */
export async function stopAll(): Promise<void> {
  isOver = true
  await Promise.all([...running].map(stop))
}
