import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** The program as `npm run dev` runs it. */
export const fromSources = ['--import', 'tsx', fileURLToPath(new URL('../../src/main.ts', import.meta.url))]

export interface GatewayProcess {
  process: ChildProcess
  /** Of /graphql. */
  url: string
  /** What was logged so far. */
  log: { level: number; msg: string; [field: string]: unknown }[]
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
  data(document: string, variables?: Record<string, unknown>): Promise<any>
  /** Sends a signal and resolves with the exit status once it has ended. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

function launch(
  args: string[],
  env: Record<string, string>,
  cwd: string,
  main = [program],
  via: readonly string[] = [],
) {
  const [command = '', ...more] = [...via, process.execPath, ...main, ...args]
  const child = spawn(command, more, {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  return child
}

/** Runs the program until it ends; `meanwhile` gets the process. */
export async function run(
  args: string[],
  env: Record<string, string>,
  cwd = '/',
  meanwhile: (child: ChildProcess) => void = () => {},
) {
  const child = launch(args, env, cwd)
  meanwhile(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    output.stdout += text
  })
  child.stderr.on('data', (text) => {
    output.stderr += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, ...output }
}

/** Starts the program, and waits until it is ready: a line of its log says so. */
export async function startProcess(
  args: string[],
  env: Record<string, string>,
  {
    cwd = '/',
    until = /^ready|^the worker waits/,
    main,
    via,
  }: {
    cwd?: string
    until?: RegExp
    main?: string[]
    /** A command that runs the program. */
    via?: readonly string[]
  } = {},
): Promise<GatewayProcess> {
  const child = launch(args, env, cwd, main, via)
  const log: GatewayProcess['log'] = []
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  const url = await new Promise<string>((resolve, reject) => {
    const serves = args[0] !== 'worker'
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line)
      log.push(entry)
      if (until.test(entry.msg) && (!serves || entry.url !== undefined || !until.test('ready')))
        resolve(entry.url ?? '')
    })
    child.once('exit', (status) =>
      reject(new Error(`it ended with ${status}: ${errors}${JSON.stringify(log)}`)),
    )
  })
  return {
    process: child,
    url,
    log,
    data: async (document, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables }),
      })
      const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
      expect(errors).toBeUndefined()
      return data
    },
    stop: async (signal = 'SIGTERM') => {
      const ended = once(child, 'exit') as Promise<[number | null]>
      child.kill(signal)
      return (await ended)[0]
    },
  }
}
