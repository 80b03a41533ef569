import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { contextNames, copy, type Instruction, pairs, readDockerfile } from '../support/dockerfile.ts'
import { eventually } from '../support/eventually.ts'

// The Dockerfile carried out without a container engine: its own instructions, in an empty folder in the image's place.

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'snapshot-gateway-container-'))
chmodSync(scratch, 0o755)
afterAll(() => rmSync(scratch, { recursive: true, force: true }), 120_000)
const stages = readDockerfile(join(checkout, 'Dockerfile'))
const isRoot = process.getuid?.() === 0
/** Whom USER stands for: where we are not root, ourselves. */
const user = { uid: 65_534, gid: 65_534 }

const [build, image] = ['build', 'image'].map((name) => join(scratch, name)) as [string, string]
let env: Record<string, string> = {}
const data = join(image, 'data')

/** The image's paths in the folder that stands for it. */
const placed = (root: string, text: string) =>
  text.replaceAll(/(?<![\w.-])\/(app|data|tmp\/data|usr\/local\/bin)\b/g, `${root}/$1`)

async function sh(root: string, command: string): Promise<void> {
  const child = spawn('sh', ['-ec', placed(root, command)], {
    cwd: join(root, 'app'),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  expect(await once(child, 'exit')).toEqual([0, null])
}

async function carryOut(stage: Instruction[], root: string, from: string): Promise<void> {
  for (const folder of ['app', 'tmp', 'usr/local/bin']) mkdirSync(join(root, folder), { recursive: true })
  for (const { name, text } of stage) {
    if (name === 'COPY') copy(text, from, join(root, 'app'))
    if (name === 'RUN')
      await sh(root, text.replace('chown node:node', isRoot ? `chown ${user.uid}:${user.gid}` : 'true'))
    if (name === 'ENV') env = { ...env, ...pairs(text) }
  }
}

/** A command of the image, as its user and in its environment. */
function execute(command: string[], options: SpawnOptions & { env?: Record<string, string> } = {}) {
  const [program = '', ...args] = command
  const child = spawn(program === 'node' ? process.execPath : join(image, 'usr/local/bin', program), args, {
    cwd: join(image, 'app'),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && user),
    ...options,
    env: { PATH: process.env.PATH ?? '', ...env, DATA_DIR: data, ...options.env },
  })
  let stdout = ''
  child.stdout?.on('data', (text) => {
    stdout += text
  })
  return {
    child,
    ended: once(child, 'close').then(([status]) => ({ status: status as number | null, stdout })),
  }
}

/** One that nobody uses at the moment. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}

const of = (name: string) => stages.at(-1)?.filter((instruction) => instruction.name === name) ?? []

beforeAll(async () => {
  const context = join(scratch, 'context')
  mkdirSync(context)
  for (const name of contextNames(join(checkout, '.dockerignore')))
    cpSync(join(checkout, name), join(context, name), { recursive: true })
  const [first, second] = stages as [Instruction[], Instruction[]]
  await carryOut(first, build, context)
  await carryOut(second, image, join(build, 'app'))
  if (isRoot) chownSync(data, user.uid, user.gid)
}, 300_000)

it('runs as a plain user, is healthy, and has a key made beside it', async () => {
  expect(of('USER')).toEqual([{ name: 'USER', text: 'node' }])
  expect(env).toMatchObject({ HOST: '0.0.0.0', AUTH: 'keys', DATA_DIR: '/data' })
  const port = await freePort()
  // Not on all addresses of the machine that the test runs on.
  const own = { HOST: '127.0.0.1', PORT: port }
  const [entry] = of('ENTRYPOINT')
  const gateway = execute(JSON.parse(entry?.text ?? ''), { env: own })
  try {
    const [, health] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')[0]?.text ?? '') ?? []
    const isHealthy = () => execute(JSON.parse(health ?? ''), { env: own }).ended
    await eventually(async () => expect(await isHealthy()).toMatchObject({ status: 0 }), 60_000)

    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ viewer { role account { id } } }' }),
      })
    expect((await ask({})).status).toBe(401)
    const made = await execute([
      'snapshot-gateway',
      'api-key',
      'create',
      '--account',
      '1a1',
      '--role',
      'OPERATOR',
      '--name',
      'me',
      '--json',
    ]).ended
    expect(made.status).toBe(0)
    const { accessKey, secret } = JSON.parse(made.stdout)
    const answer = await ask({ authorization: `Basic ${btoa(`${accessKey}:${secret}`)}` })
    expect(await answer.json()).toEqual({ data: { viewer: { role: 'OPERATOR', account: { id: '1a1' } } } })
  } finally {
    gateway.child.kill((of('STOPSIGNAL')[0]?.text ?? '') as NodeJS.Signals)
  }
  expect(await gateway.ended).toMatchObject({ status: 0 })
}, 120_000)
