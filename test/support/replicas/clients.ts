import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Asked, ask } from '../load.ts'
import type { Random } from '../random.ts'
import type { Cluster, Replica } from './cluster.ts'
import type { Tenant } from './tenants.ts'

/** What a snapshot has come to, as far as it was acknowledged. */
export interface Known {
  account: string
  name: string
  /** The last that was accepted. */
  wanted: 'create' | 'backup' | 'remove'
}

export interface Clients {
  /** By id: what was acknowledged. */
  snapshots: Map<string, Known>
  counts: { operations: number; retries: number; replays: number; refusals: number }
  /** Answers that no client should see. */
  wrong: string[]
  /** Ends them once what they have begun is acknowledged. */
  end(): Promise<void>
}

const documents = {
  create: `mutation ($volume: ID!, $name: String!, $key: String!) {
    result: createSnapshot(input: { volumeId: $volume, name: $name, idempotencyKey: $key }) { __typename ... on Snapshot { id } } }`,
  rename: `mutation ($id: ID!, $name: String!, $key: String!) {
    result: updateSnapshot(input: { id: $id, name: $name, idempotencyKey: $key }) { __typename } }`,
  backup: `mutation ($id: ID!, $key: String!) {
    result: backupSnapshot(input: { id: $id, idempotencyKey: $key }) { __typename } }`,
  remove: `mutation ($id: ID!, $key: String!) {
    result: removeSnapshot(input: { id: $id, idempotencyKey: $key }) { __typename } }`,
  list: `{ result: snapshots(first: 20, orderBy: null) { __typename totalCount nodes { id name state volume { name } backup { id } } } }`,
  peek: `query ($id: ID!) { result: nodes(ids: [$id]) { __typename } }`,
}

/**
 * Clients, two of each tenant, that make, back up, rename, remove and list, send again elsewhere what was not answered,
 * and ask for what is another tenant's.
 */
export function startClients(cluster: Cluster, tenants: readonly Tenant[], random: Random): Clients {
  const snapshots: Clients['snapshots'] = new Map()
  const counts = { operations: 0, retries: 0, replays: 0, refusals: 0 }
  const wrong: string[] = []
  let ending = false
  let key = 0

  const send = async (
    { authorization }: Tenant,
    what: keyof typeof documents,
    variables: object,
  ): Promise<Asked> => {
    for (;;) {
      const up = cluster.replicas.filter(
        ({ kind, running, leaving }) => kind === 'gateway' && running && !leaving,
      )
      const replica = up.length > 0 ? random.pick(up) : null
      if (replica?.running) {
        const { running } = replica
        const answer = await ask(running.url, documents[what], variables, { authorization })
        if (answer.status === 200) return answer
        if (!mayFail(answer, replica, running)) wrong.push(`${what}: ${answer.status} ${answer.text}`)
      }
      counts.retries++
      await pause(20)
    }
  }
  /** Whether it is that of a process that ends: its connection, or its word that it stops. */
  const mayFail = ({ status, retryAfter, text }: Asked, replica: Replica, asked: Replica['running']) => {
    const hasLeft = replica.leaving || replica.running !== asked
    return hasLeft && (status === 0 || (status === 503 && retryAfter === '5' && text.includes('is stopping')))
  }
  /** Now and then sends it twice at once: it is to be done once. */
  const mutate = async (
    tenant: Tenant,
    what: 'create' | 'rename' | 'backup' | 'remove',
    variables: object,
  ) => {
    counts.operations++
    const keyed = { ...variables, key: `key-${++key}` }
    const twice = random.next() < 0.15
    const answers = await Promise.all(
      Array.from({ length: twice ? 2 : 1 }, async () => JSON.parse((await send(tenant, what, keyed)).text)),
    )
    for (const { errors, extensions } of answers) {
      if (errors) wrong.push(`${what}: ${JSON.stringify(errors)}`)
      if (extensions?.idempotentReplay) counts.replays++
    }
    const results: { __typename: string; id?: string }[] = answers.flatMap(({ data }) => data?.result ?? [])
    const [done, again] = results.filter(({ __typename }) => __typename === 'Snapshot')
    // A refusal takes no key: the other may come when its time has, and is done then.
    if (again) expect(again).toEqual(done)
    return done ?? results[0]
  }

  const read = async (tenant: Tenant, what: 'list' | 'peek', variables: object) => {
    counts.operations++
    const { text } = await send(tenant, what, variables)
    const { data, errors } = JSON.parse(text)
    if (errors) wrong.push(`${what}: ${text}`)
    return data?.result
  }
  /** Nothing is another's: of all that is listed the owner is in the name, and an id of theirs is that of nothing. */
  const list = async (tenant: Tenant) => {
    const listed: { nodes: { name: string }[] } = await read(tenant, 'list', {})
    for (const { name } of listed.nodes)
      if (!name.startsWith(`${tenant.account}-`)) wrong.push(`list: ${name} for ${tenant.account}`)
    const others = [...snapshots].filter(([, { account }]) => account !== tenant.account)
    if (others.length === 0) return
    const [id] = random.pick(others)
    const [found] = await read(tenant, 'peek', { id })
    if (found !== null) wrong.push(`peek: ${id} for ${tenant.account}`)
  }

  const run = async (tenant: Tenant, client: number) => {
    const { account, volumes } = tenant
    const own: string[] = []
    for (let n = 0; !ending; n++) {
      const dice = random.next()
      const id = own.length > 0 ? random.pick(own) : undefined
      const known = id === undefined ? undefined : snapshots.get(id)
      if (dice < 0.3 || !id || !known) {
        const name = `${account}-${client}-${n}`
        const made = await mutate(tenant, 'create', { volume: random.pick(volumes), name })
        if (made?.id) {
          expect(snapshots.has(made.id)).toBe(false)
          snapshots.set(made.id, { account, name, wanted: 'create' })
          own.push(made.id)
        } else wrong.push(`create: ${JSON.stringify(made)}`)
      } else if (dice < 0.45) {
        const name = `${known.name.split(' ')[0]} ${n}`
        if ((await mutate(tenant, 'rename', { id, name }))?.__typename === 'Snapshot') known.name = name
        else counts.refusals++
      } else if (dice < 0.65) {
        if ((await mutate(tenant, 'backup', { id }))?.__typename === 'Snapshot') known.wanted = 'backup'
        else counts.refusals++
      } else if (dice < 0.8) {
        if ((await mutate(tenant, 'remove', { id }))?.__typename === 'Snapshot') known.wanted = 'remove'
        else counts.refusals++
      } else await list(tenant)
      await pause(random.below(100))
    }
  }
  const running = tenants.flatMap((tenant) => [run(tenant, 1), run(tenant, 2)])
  return {
    snapshots,
    counts,
    wrong,
    end: async () => {
      ending = true
      await Promise.all(running)
    },
  }
}
