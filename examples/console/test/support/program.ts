import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from './eventually.ts'

export interface ProgramOptions {
  cwd: string
  env?: Record<string, string>
  /** Where it answers once it is up. */
  url: string
}

/** A program that was started, and its end. */
export interface Program {
  stop: () => Promise<void>
}

/** Starts a program of Node, and waits until it answers. */
export async function startProgram(args: string[], { cwd, env, url }: ProgramOptions): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const isUp = async () => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} has ended:\n${output}`)
    return (await fetch(url)).ok
  }
  await eventually(isUp, `an answer at ${url}`).catch(async (error) => {
    await end(child)
    throw new Error(`${error.message}\n${output}`)
  })
  return { stop: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
