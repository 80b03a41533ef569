import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './storage.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The blocks of code of a document, in their order. */
export function blocksOf(document: string): { language: string; text: string }[] {
  const content = readFileSync(join(repository, document), 'utf8')
  return [...content.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))
}

/** A folder that has the package installed, with the checkout in place of a tarball. */
export function installPackage(): string {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true })
  symlinkSync(repository, join(directory, 'node_modules/snapshot-gateway'))
  symlinkSync(join(repository, 'dist/main.js'), join(directory, 'node_modules/.bin/snapshot-gateway'))
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  return directory
}

/** Runs the command of the tutorial that starts a gateway. Returns where it serves. */
export async function startByCommand(command: string, cwd: string): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0' }
  const shell = spawn('sh', ['-c', command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  onTestFinished(async () => {
    const ended = once(shell, 'close')
    process.kill(-(shell.pid ?? 0), 'SIGTERM') // the shell, npx and the gateway
    await ended
  })
  for await (const line of createInterface(shell.stdout)) {
    const { url, msg } = JSON.parse(line) as { url?: string; msg: string }
    if (!url || !msg.startsWith('ready')) continue
    shell.stdout.resume()
    return url
  }
  throw new Error(`it does not start: ${command}`)
}
