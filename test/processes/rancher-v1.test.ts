import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { serve } from '../support/main-job.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

const curl = ['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].some((path) => existsSync(path))
const guide = readFileSync(new URL('../../docs/rancher-v1.md', import.meta.url), 'utf8')
const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(guide) ?? []
const [address = '', ...examples] = block.trimEnd().split('\n')

it.skipIf(!curl)(
  'the examples of docs/rancher-v1.md do what they say (needs curl)',
  async () => {
    const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory() })
    const url = gateway.url.replace('/graphql', '/v1')
    expect(address).toBe('url=http://127.0.0.1:4000/v1')
    const env = { PATH: process.env.PATH ?? '', url }
    const said = []
    for (const example of examples) {
      const { stdout } = await promisify(execFile)('sh', ['-c', example], { env, timeout: 40_000 })
      if (stdout !== '') said.push(JSON.parse(stdout))
    }
    expect(said.map(({ type }) => type)).toEqual([
      'volume',
      'snapshot',
      'snapshot',
      'snapshot',
      'collection',
      'snapshot',
      'collection',
      'snapshot',
    ])
    const [, created, renamed, backingUp, found, whole, ofVolume, removed] = said
    expect(created).toMatchObject({ id: '1s1', state: 'requested', transitioning: 'yes' })
    expect(renamed).toMatchObject({ name: 'before the upgrade', state: 'created', transitioning: 'no' })
    expect(backingUp).toMatchObject({ state: 'backing-up', transitioning: 'yes' })
    expect(found.data).toEqual([expect.objectContaining({ id: '1s1', state: 'backed-up' })])
    expect(whole).toMatchObject({ volume: { id: '1v1' }, backups: [{ type: 'backup', snapshotId: '1s1' }] })
    expect(ofVolume.data).toEqual([expect.objectContaining({ id: '1s1' })])
    expect(removed).toMatchObject({ state: 'removing' })
  },
  90_000,
)
