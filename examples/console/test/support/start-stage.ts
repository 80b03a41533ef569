import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { type Program, startProgram } from './program.ts'

const root = join(import.meta.dirname, '../../../..')
const consoleFolder = join(import.meta.dirname, '../..')

export interface StageOptions {
  auth?: 'none' | 'keys'
}

/** A gateway with a folder of its own, and the built console beside it. */
export interface Stage {
  /** Of the console. */
  url: string
  gatewayUrl: string
  /** DATA_DIR of the gateway. */
  folder: string
  /** With `auth: 'keys'`: ACCESS:SECRET of an administrator. */
  key: string
  /** Makes another one. */
  createKey: (role: 'VIEWER' | 'OPERATOR' | 'ADMIN') => Promise<string>
  revokeKey: (key: string) => Promise<void>
  ask: (query: string, variables?: object) => Promise<Record<string, unknown>>
  startGateway: () => Promise<void>
  stopGateway: () => Promise<void>
  stop: () => Promise<void>
}

export async function startStage({ auth = 'none' }: StageOptions = {}): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'console-test-'))
  const folder = join(home, 'data')
  await mkdir(join(folder, 'volumes'), { recursive: true })
  const [port, consolePort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${consolePort}/`
  const gatewayUrl = `http://127.0.0.1:${port}/graphql`
  const env = {
    DATA_DIR: folder,
    VOLUMES_DIR: join(folder, 'volumes'),
    PORT: String(port),
    AUTH: auth,
    CORS_ORIGINS: new URL(url).origin,
    MIN_FREE_BYTES: '1MiB',
    LOG_LEVEL: 'warn',
  }

  let gateway: Program | undefined
  let preview: Program | undefined
  const startGateway = async () => {
    gateway = await startProgram(['dist/main.js'], { cwd: root, env, url: `http://127.0.0.1:${port}/readyz` })
  }
  const stopGateway = async () => gateway?.stop()
  const stop = async () => {
    await Promise.all([preview?.stop(), stopGateway()])
    await rm(home, { recursive: true, force: true })
  }
  const startBoth = async () => {
    await startGateway()
    const command = ['node_modules/vite/bin/vite.js', 'preview', '--port', String(consolePort)]
    preview = await startProgram(command, { cwd: consoleFolder, url })
  }
  await startBoth().catch(async (error) => {
    await stop()
    throw error
  })
  const createKey = async (role: string) => {
    const command = ['api-key', 'create', '--account', '1a1', '--role', role, '--name', 'console', '--json']
    const { accessKey, secret } = JSON.parse(await administer(env, command))
    return `${accessKey}:${secret}`
  }
  const revokeKey = async (made: string) => {
    await administer(env, ['api-key', 'revoke', made.slice(0, made.indexOf(':'))])
  }
  const key = auth === 'keys' ? await createKey('ADMIN') : ''

  const ask = async (query: string, variables: object = {}) => {
    const response = await fetch(gatewayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  return { url, gatewayUrl, folder, key, createKey, revokeKey, ask, startGateway, stopGateway, stop }
}

async function administer(env: Record<string, string>, command: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/main.js', ...command], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  return stdout
}
