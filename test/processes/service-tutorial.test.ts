import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { execute, temporaryDirectory } from '../support/storage.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const tutorial = readFileSync(join(repository, 'docs/service.md'), 'utf8')
const blocks = (language: string) =>
  [...tutorial.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)

/** A folder that has the package installed, with the checkout in place of a tarball. */
function installPackage(): string {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true })
  symlinkSync(repository, join(directory, 'node_modules/snapshot-gateway'))
  symlinkSync(join(repository, 'dist/main.js'), join(directory, 'node_modules/.bin/snapshot-gateway'))
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }')
  return directory
}

/** Runs the command of the tutorial that starts a gateway. Returns where it serves. */
async function start(command: string, cwd: string): Promise<string> {
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

it('every example of docs/service.md does what it says', async () => {
  expect(tutorial.match(/^```\w/gm)).toHaveLength(['sh', 'js', 'text'].flatMap(blocks).length)
  const [serve = '', createKey = '', settings = ''] = blocks('sh')
  const cwd = installPackage()
  const url = await start(serve, cwd)
  const { stdout: key } = await execute('sh', ['-c', createKey], { cwd })
  const [, accessKey = ''] = /access ?key\W+(\w+)/i.exec(key) ?? []
  const [, secret = ''] = /secret\W+(\S+)/i.exec(key) ?? []
  const own = settings
    .replace('http://127.0.0.1:4000/graphql', url)
    .replace('ACCESSKEY:SECRET', `${accessKey}:${secret}`)
  expect(own).toContain(url)

  // One program: each block goes on where the one before ended.
  writeFileSync(join(cwd, 'service.js'), blocks('js').join('\n'))
  const { stdout } = await execute('sh', ['-c', `${own}node service.js`], { cwd })
  expect(stdout).toBe(blocks('text').join(''))
})
