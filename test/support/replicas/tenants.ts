import { expect } from 'vitest'
import { basic } from '../keys.ts'
import { ask } from '../load.ts'
import type { OwnPostgres } from '../own-postgres.ts'
import { run } from '../process.ts'
import { type Cluster, volumeNames, volumesRoots } from './cluster.ts'

/** An account of a cluster, as its clients know it. */
export interface Tenant {
  account: string
  authorization: string
  volumes: string[]
}

/** Makes accounts with a key and volumes each, beside the running gateways. */
export async function makeTenants(server: OwnPostgres, { cwd, replicas }: Cluster): Promise<Tenant[]> {
  const administer = async (args: string[]) => {
    const { status, stdout, stderr } = await run([...args, '--json'], { DATABASE_URL: server.url }, cwd)
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('error')])
    return JSON.parse(stdout)
  }
  const url = replicas[0]?.running?.url ?? ''
  const tenants: Tenant[] = []
  for (const root of volumesRoots) {
    const { id: account } = root
      ? await administer(['account', 'create', '--name', root, '--volumes-root', root])
      : { id: '1a1' }
    const key = await administer(['api-key', 'create', '--account', account, '--role', 'ADMIN'])
    const authorization = basic(key)
    const volumes: string[] = []
    for (const name of volumeNames) {
      const { text } = await ask(url, createVolume, { name }, { authorization })
      volumes.push(JSON.parse(text).data.createVolume.id)
    }
    tenants.push({ account, authorization, volumes })
  }
  return tenants
}

const createVolume =
  'mutation ($name: String!) { createVolume(input: { name: $name }) { ... on Volume { id } } }'
