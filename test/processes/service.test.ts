import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { serve } from '../support/main-job.ts'
import { type GatewayProcess, run, startProcess } from '../support/process.ts'
import { execute, temporaryDirectory } from '../support/storage.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of the example, in what is a checkout as far as it can see: what it installs goes with the test. */
async function installService(): Promise<string> {
  const checkout = temporaryDirectory()
  const service = join(checkout, 'examples/service')
  mkdirSync(join(checkout, 'examples'))
  cpSync(join(repository, 'examples/service'), service, {
    recursive: true,
    filter: (name) => !/node_modules|package-lock/.test(name.slice(repository.length)),
  })
  for (const name of ['package.json', 'dist']) symlinkSync(join(repository, name), join(checkout, name))
  await execute('npm', ['install', '--no-audit', '--no-fund', '--offline'], { cwd: service })
  return service
}

async function start(service: string, gateway: GatewayProcess, variables: Record<string, string>) {
  const env = { PATH: process.env.PATH, GATEWAY_URL: gateway.url, ...variables }
  const started = execute('npm', ['start', '--silent'], { cwd: service, env })
  const { stdout, stderr } = await started.catch((error) => error)
  return { stdout, stderr } as { stdout: string; stderr: string }
}

it('the example of a service has less than 100 lines, and its types are right', async () => {
  const service = await installService()
  expect(readFileSync(join(service, 'main.js'), 'utf8').split('\n').length).toBeLessThanOrEqual(100)
  const options = '--ignoreConfig --noEmit --allowJs --checkJs --strict --noUncheckedIndexedAccess'.split(' ')
  const types = ['--types', 'node', '--typeRoots', join(repository, 'node_modules/@types'), '--skipLibCheck']
  const compiler = [join(repository, 'node_modules/typescript/bin/tsc'), ...options, ...types]
  const target = ['--module', 'nodenext', '--target', 'es2023', 'main.js']
  const compiled = await execute(process.execPath, [...compiler, ...target], { cwd: service }).catch((e) => e)
  expect(compiled.stdout).toBe('')
})

it('the example of a service takes and backs up a snapshot, once for a job, with a key', async () => {
  const service = await installService()
  const cwd = temporaryDirectory()
  const env = { AUTH: 'keys', DATA_DIR: join(cwd, 'data') }
  const gateway = await startProcess(serve, env, { cwd })
  const made = await run(['api-key', 'create', '--account', '1a1', '--role', 'ADMIN', '--json'], env, cwd)
  const { accessKey, secret } = JSON.parse(made.stdout)
  const key = { GATEWAY_KEY: `${accessKey}:${secret}` }

  const job = { ...key, VOLUME: 'things', JOB: 'monday' }
  const first = await start(service, gateway, job)
  expect(first.stderr).toBe('')
  expect(first.stdout).toMatch(
    /^volume (1v\d+) is file:.*\/things\nsnapshot (1s\d+) has \d+ bytes\nbackup (1b\d+) is file:.*\.tar\.gz, sha256:[0-9a-f]{64}\n$/,
  )
  expect(await start(service, gateway, job)).toEqual(first)

  expect((await start(service, gateway, { ...key, VOLUME: '../away' })).stderr).toContain('is refused')
  expect((await start(service, gateway, { GATEWAY_KEY: 'a:b' })).stderr).toContain('UNAUTHENTICATED')
  expect(await gateway.stop()).toBe(0)
})
