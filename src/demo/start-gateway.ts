import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../main.js', import.meta.url))

/** Starts a gateway as a process of its own on a free port. Rejects with what it said where it does not start. */
export async function startGateway(variables: Record<string, string>) {
  const gateway = spawn(process.execPath, [program, '--port', '0'], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  gateway.stderr.on('data', (text: Buffer) => said.push(text.toString()))
  const stop = async () => {
    if (gateway.exitCode !== null) return
    gateway.kill('SIGTERM')
    await once(gateway, 'exit')
  }
  process.once('exit', () => gateway.kill('SIGTERM'))
  for await (const line of createInterface(gateway.stdout)) {
    const { url, msg, level } = JSON.parse(line) as { url?: string; msg: string; level: number }
    if (level > 40) said.push(msg)
    if (url === undefined) continue
    gateway.stdout.resume()
    return { url, stop }
  }
  throw new Error(said.join('\n').trim())
}
