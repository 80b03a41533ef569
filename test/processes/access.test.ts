import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { serve } from '../support/main-job.ts'
import { run, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const commands = (readme.split('<!-- access -->\n```sh\n')[1]?.split('```')[0] ?? '').trim().split('\n')
const curl = ['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].some((path) => existsSync(path))

it.skipIf(!curl)(
  'the commands of the README make an account and a key, ask with it, and revoke it, while the gateway runs (needs curl)',
  async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, { AUTH: 'keys', WORKER: 'off' }, { cwd })
    expect(gateway.log.map(({ msg }) => msg)).toContain(
      'there is no API key yet, so nobody can call; make one: snapshot-gateway api-key create --account 1a1 --role ADMIN --name first',
    )
    const made = { accessKey: '', secret: '' }
    /** As a shell would run it, in the gateway's folder. */
    const perform = async (line: string) => {
      const command = line
        .replace('http://127.0.0.1:4000/graphql', gateway.url)
        .replace('node dist/main.js', `node ${fileURLToPath(new URL('../../dist/main.js', import.meta.url))}`)
        .replace('ACCESSKEY', made.accessKey)
        .replace('SECRET', made.secret)
      return promisify(execFile)('sh', ['-c', command], { cwd, encoding: 'utf8' })
    }
    const [create, createKey, ask, list, revoke, ...more] = commands as [
      string,
      string,
      string,
      string,
      string,
    ]
    expect(more).toEqual([])
    expect((await perform(create)).stdout).toMatch(/^id {12}1a2\nname {10}team\nvolumes root {2}team\n/)
    const { stdout } = await perform(createKey)
    made.accessKey = /^access key +(\S+)$/m.exec(stdout)?.[1] ?? ''
    made.secret = /^secret +(\S+)$/m.exec(stdout)?.[1] ?? ''
    expect(JSON.parse((await perform(ask)).stdout)).toEqual({
      data: { viewer: { role: 'OPERATOR', account: { id: '1a2', name: 'team' } } },
    })
    expect((await perform(list)).stdout).toContain(`${made.accessKey}  1a2      OPERATOR  ci`)
    expect((await perform(revoke)).stdout).toMatch(/\nrevoked {5}\d{4}-/)
    await eventually(async () => {
      const { errors } = JSON.parse((await perform(ask)).stdout)
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    })
    expect(JSON.stringify(gateway.log)).not.toContain(made.secret)
    expect(await gateway.stop()).toBe(0)
  },
)

it('a key can be made while nothing runs: the database is started for it, and stopped', async () => {
  const cwd = temporaryDirectory()
  expect((await run(['migrate'], {}, cwd)).status).toBe(0)
  const made = await run(['api-key', 'create', '--account', '1a1', '--role', 'ADMIN', '--json'], {}, cwd)
  expect([made.status, JSON.parse(made.stdout)]).toMatchObject([0, { account: '1a1', role: 'ADMIN' }])
  expect(existsSync(join(cwd, 'data/postgres/data/PG_VERSION'))).toBe(true)
  expect(existsSync(join(cwd, 'data/postgres/data/postmaster.pid'))).toBe(false)
})
