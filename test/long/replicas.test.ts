import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { createRandom } from '../support/random.ts'
import { auditLeases, countLeases } from '../support/replicas/audit.ts'
import { startClients } from '../support/replicas/clients.ts'
import { startCluster } from '../support/replicas/cluster.ts'
import { expectSettled } from '../support/replicas/expect-settled.ts'
import { makeTenants } from '../support/replicas/tenants.ts'
import { rowMaker } from '../support/rows.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const seconds = Number(process.env.SECONDS ?? 90)

describe('3 gateways and 2 workers', () => {
  it(`that are killed, stopped and started at random under load do everything once (SEED=${seed})`, async () => {
    const random = createRandom(seed)
    const server = await startOwnPostgres()
    const cluster = await startCluster(server, { gateways: 3, workers: 2 })
    await server.ask(auditLeases)
    const tenants = await makeTenants(server, cluster)

    const clients = startClients(cluster, tenants, random)
    const counts = { SIGKILL: 0, SIGTERM: 0 }
    const end = performance.now() + seconds * 1000
    // One of a kind at a time: without any gateway clients would only wait.
    const disturb = async (kind: 'gateway' | 'worker') => {
      const replicas = cluster.replicas.filter((replica) => replica.kind === kind)
      while (performance.now() < end) {
        await pause(random.below(1000))
        const [victim, signal] = [random.pick(replicas), random.pick(['SIGKILL', 'SIGTERM'] as const)]
        counts[signal]++
        await cluster.end(victim, signal)
        await cluster.start(victim)
      }
    }
    await Promise.all([disturb('gateway'), disturb('worker')])
    await clients.end()
    await expectSettled(server, clients, cluster.cwd)
    for (const { process } of cluster.lives)
      expect(process.log.filter(({ level }) => level >= 50)).toEqual([])
    const [leases] = await server.ask(countLeases)
    console.log(
      `seed ${seed}: ${counts.SIGKILL} killed, ${counts.SIGTERM} stopped; ${JSON.stringify(clients.counts)};`,
      `${clients.snapshots.size} snapshots; ${leases?.given} leases, ${leases?.taken_over} of them taken over`,
    )
    for (const replica of cluster.replicas) await cluster.end(replica, 'SIGTERM')
  })

  it('serve an account with a few due rows beside one with thousands', async () => {
    const server = await startOwnPostgres()
    const cluster = await startCluster(server, { gateways: 0, workers: 1 })
    const began = performance.now()
    await server.ask(async (sql) => {
      await auditLeases(sql)
      const make = rowMaker({ client: sql } as TestDatabase)
      await make.volume({ name: 'small', path: 'small' })
      await sql`insert into account (name, volumes_root) values ('two', 'two')`
      const volume = await make.volume({ account_id: 2, name: 'small', path: 'small' })
      await sql`
        insert into snapshot (account_id, state, transitioning, volume_id, run_after, deadline)
        select 1, 'requested', 'yes', 1, now() - interval '1 hour', now() + interval '1 day' from generate_series(1, 3000)`
      for (let n = 0; n < 5; n++)
        await make.snapshot(volume, { account_id: 2, state: 'requested', transitioning: 'yes' })
    })
    await eventually(
      async () =>
        expect(
          await server.ask((sql) => sql`select from snapshot where account_id = 2 and state = 'created'`),
        ).toHaveLength(5),
      60_000,
    )
    const waited = performance.now() - began
    const [ahead] = await server.ask(
      (sql) => sql<{ claims: number }[]>`
      select count(*)::int as claims from lease_audit where account_id = 1 and old_token is null and new_token is not null
        and at between (select min(at) from lease_audit where account_id = 2)
          and (select max(at) from lease_audit where account_id = 2 and new_token is not null)`,
    )
    console.log(
      `5 rows behind 3000 waited ${Math.round(waited)} ms; ${ahead?.claims} of the others were taken up meanwhile`,
    )
    // In turn: one of the others for each.
    expect(ahead?.claims).toBeLessThanOrEqual(6)
    for (const replica of cluster.replicas) await cluster.end(replica, 'SIGKILL')
  })
})
