import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, createSnapshot, createVolume } from '../snapshots/gateway-client.ts'
import { memoryOf, processTree } from '../start/process-memory.ts'
import { startGateway } from '../start/start-gateway.ts'
import { megabytes, quantile } from '../start/statistics.ts'
import { inTemporaryFolder } from '../start/temporary-folder.ts'

// What a thousand who watch one gateway cost: memory for each, and the time from the request of a change until each
// has heard of it. One process asks and listens, so that the times are of one clock; its own work counts too.

const subscribers = Number(process.env.BENCH_SUBSCRIBERS || 1000)
const changes = Number(process.env.BENCH_CHANGES || 40)

/** What subscribers select: the event alone, and with the snapshot as it is. */
const selections = {
  'the event': 'id kind to',
  'the event and its snapshot': 'id kind to snapshot { id name state transitioning transitioningMessage }',
}

await inTemporaryFolder(async (folder) => {
  for (const [what, selection] of Object.entries(selections)) {
    const gateway = await startGateway({ DATA_DIR: join(folder, 'data'), WORKER: 'off' })
    const client = createClient(gateway.url)
    const rss = () => memoryOf(processTree(gateway.pid).slice(0, 1)).rss
    const volume = await createVolume(client, `watched ${what}`)
    const id = await createSnapshot(client, volume)
    const before = rss()

    /** When the change that is awaited was asked for, and who still has to hear of it. */
    let round = { since: 0, left: 0, delays: [] as number[], done: () => {} }
    const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
    const query = `subscription { snapshotEvents { cursor event { ${selection} } } }`
    const opened = Array.from({ length: subscribers }, () =>
      subscribe(gateway.url, agent, query, () => {
        round.delays.push(performance.now() - round.since)
        round.left -= 1
        if (round.left === 0) round.done()
      }),
    )
    await Promise.all(opened)
    await pause(1000)
    const watching = rss()

    const [first, last]: number[][] = [[], []]
    for (let n = 0; n < changes; n++) {
      const heard = new Promise<void>((done) => {
        round = { since: performance.now(), left: subscribers, delays: [], done }
      })
      await client.ask(
        'mutation ($id: ID!, $name: String) { updateSnapshot(input: { id: $id, name: $name }) { __typename } }',
        {
          id,
          name: `n${n}`,
        },
      )
      await heard
      if (n < changes / 4) continue // until all is compiled
      first?.push(Math.min(...round.delays))
      last?.push(Math.max(...round.delays))
    }
    const delays = (values: readonly number[] = []) =>
      `${quantile(values, 0.5).toFixed(0)} ms (p95 ${quantile(values, 0.95).toFixed(0)})`
    console.log(`${subscribers} who select ${what}:`)
    console.log(
      `  memory: ${megabytes(before)} before, ${megabytes(watching)} with them (${((watching - before) / subscribers / 1024).toFixed(1)} KiB each), ${megabytes(rss())} after ${changes} changes`,
    )
    console.log(
      `  from the request until the first has heard: ${delays(first)}; until the last: ${delays(last)}`,
    )
    client.close()
    agent.destroy()
    await gateway.stop()
  }
})

/** Resolves when the first bookmark has come; then `heard` is called for each event. */
function subscribe(url: string, agent: Agent, query: string, heard: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ query })
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      accept: 'text/event-stream',
    }
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => {
        for (const _ of text.matchAll(/"event":\{/g)) heard()
        if (text.includes('"event":null')) resolve()
      })
    })
    asked.once('error', reject).end(body)
  })
}
