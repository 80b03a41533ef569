import { Agent, request } from 'node:http'

/** Asks one gateway, over as many connections as are needed at a time, which are kept. */
export interface GatewayClient {
  /** Rejects where the answer has errors, or the mutation refuses. */
  ask<Data>(query: string, variables?: object): Promise<Data>
  close(): void
}

export function createClient(url: string): GatewayClient {
  const agent = new Agent({ keepAlive: true })
  return {
    ask: (query, variables = {}) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ query, variables })
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (piece) => {
            text += piece
          })
          answer.once('end', () => {
            const { data, errors } = JSON.parse(text)
            if (errors || text.includes('"__typename":"Invalid')) reject(new Error(text))
            else resolve(data)
          })
        })
        asked.once('error', reject).end(body)
      }),
    close: () => agent.destroy(),
  }
}

export async function createVolume({ ask }: GatewayClient, name: string): Promise<string> {
  const { createVolume } = await ask<{ createVolume: { id: string } }>(
    `mutation ($name: String!) { createVolume(input: { name: $name }) { __typename ... on Volume { id } } }`,
    { name },
  )
  return createVolume.id
}

export async function createSnapshot({ ask }: GatewayClient, volumeId: string): Promise<string> {
  const { createSnapshot } = await ask<{ createSnapshot: { id: string } }>(
    `mutation ($volumeId: ID!) {
      createSnapshot(input: { volumeId: $volumeId }) { __typename ... on Snapshot { id } }
    }`,
    { volumeId },
  )
  return createSnapshot.id
}

export async function removeSnapshot({ ask }: GatewayClient, id: string): Promise<void> {
  await ask(`mutation ($id: ID!) { removeSnapshot(input: { id: $id }) { __typename } }`, { id })
}

/** Q1 of the benchmark of requests: a snapshot by its id, with its volume. */
export async function askSnapshot({ ask }: GatewayClient, id: string): Promise<{ state: string }> {
  const { snapshot } = await ask<{ snapshot: { state: string } }>(
    'query ($id: ID!) { snapshot(id: $id) { id name state volume { id name } } }',
    { id },
  )
  return snapshot
}

export async function countSnapshots({ ask }: GatewayClient, state: string): Promise<number> {
  const { snapshots } = await ask<{ snapshots: { totalCount: number } }>(
    'query ($state: [SnapshotState!]) { snapshots(first: 1, filter: { state: $state }) { totalCount } }',
    { state: [state] },
  )
  return snapshots.totalCount
}
