import { setTimeout as pause } from 'node:timers/promises'

/** What came of one request. */
export interface Asked {
  /** Milliseconds on the monotonic clock. */
  at: number
  ms: number
  /** 0: the connection broke. */
  status: number
  retryAfter: string | null
  text: string
}

export interface Load {
  asked: Asked[]
  /** Names of the snapshots whose creation was acknowledged, with their ids. */
  acknowledged: Map<string, string>
  /** Ends it once every mutation that was begun is acknowledged. */
  end(): Promise<void>
}

/** Sends a document; never rejects. */
export async function ask(
  url: string,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  const at = performance.now()
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    const text = await response.text()
    const retryAfter = response.headers.get('retry-after')
    return { at, ms: performance.now() - at, status: response.status, retryAfter, text }
  } catch (error) {
    return { at, ms: performance.now() - at, status: 0, retryAfter: null, text: String(error) }
  }
}

const create = `mutation ($name: String!, $key: String!) {
  createSnapshot(input: { volumeId: "1v1", name: $name, idempotencyKey: $key }) { ... on Snapshot { id } ... on UserError { message } } }`
const list = '{ snapshots(first: 5) { totalCount nodes { id state volume { name } } } }'

/** Readers that ask again and again, and writers that create snapshots of 1v1, each retried by its key until it is acknowledged. */
export function startLoad(url: string, { readers = 8, writers = 2, snapshots = Infinity } = {}): Load {
  const asked: Asked[] = []
  const acknowledged = new Map<string, string>()
  let ending = false
  let number = 0
  const send = async (query: string, variables?: object) => {
    const answer = await ask(url, query, variables)
    asked.push(answer)
    await pause(20)
    return answer
  }
  const read = async () => {
    while (!ending) await send(list)
  }
  const write = async () => {
    while (!ending && number < snapshots) {
      const name = `load-${++number}`
      for (;;) {
        const { status, text } = await send(create, { name, key: name })
        const id = status === 200 ? JSON.parse(text).data.createSnapshot?.id : undefined
        if (id === undefined) continue
        acknowledged.set(name, id)
        break
      }
    }
  }
  const running = [...Array.from({ length: readers }, read), ...Array.from({ length: writers }, write)]
  return {
    asked,
    acknowledged,
    end: async () => {
      ending = true
      await Promise.all(running)
    },
  }
}
