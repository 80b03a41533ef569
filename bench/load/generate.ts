import { createHistogram } from 'node:perf_hooks'
import { Connection } from './connection.ts'
import type { Job, Turn } from './job.ts'
import type { Answer } from './read-answer.ts'
import { usageOf } from './usage.ts'

/** Puts load on a server. Rejects with the first answer that is not what was asked for. */
export function generate(job: Job): Promise<Turn> {
  const requests = Array.isArray(job.bodies)
    ? job.bodies.map((body) => requestOf(job, body))
    : job.bodies.paths.map((path) => readOf(job, path))
  return new Promise((resolve, reject) => {
    const latencies = createHistogram()
    let next = 0
    let answered = 0
    const begin = performance.now()
    let measured: { from: number; answered: number; cpu: number | undefined } | null = null

    const connections = Array.from({ length: job.connections }, () => {
      const connection = new Connection(
        job.port,
        (answer, milliseconds) => {
          const problem = problemOf(answer, job.proof)
          if (problem !== null) return end(() => reject(new Error(problem)))
          answered++
          if (measured) latencies.record(Math.max(1, Math.round(milliseconds * 1000)))
          const now = performance.now()
          if (measured === null && isWarm(now)) measured = beginMeasuring()
          if (measured !== null && now >= measured.from + job.seconds * 1000)
            return end(() => resolve(turnOf(now)))
          sendOn(connection)
        },
        (error) => end(() => reject(error)),
      )
      return connection
    })
    for (const connection of connections) sendOn(connection)

    function sendOn(connection: Connection): void {
      connection.send(requests[next++ % requests.length] as Buffer)
    }

    function isWarm(now: number): boolean {
      return now >= begin + job.warmUp.seconds * 1000 && answered >= job.warmUp.requests
    }

    function beginMeasuring() {
      const cpu = usageOf(job.pid)?.cpu
      return { from: performance.now(), answered, cpu }
    }

    function turnOf(now: number): Turn {
      const from = measured ?? { from: begin, answered: 0, cpu: undefined }
      const usage = usageOf(job.pid)
      const count = answered - from.answered
      return {
        requests: count,
        perSecond: count / ((now - from.from) / 1000),
        p50: latencies.percentile(50) / 1000,
        p99: latencies.percentile(99) / 1000,
        cpu: usage && from.cpu !== undefined ? ((usage.cpu - from.cpu) * 1e6) / count : null,
        memory: usage?.memory ?? null,
      }
    }

    function end(settle: () => void): void {
      settle()
      for (const connection of connections) connection.close()
    }
  })
}

/** What is wrong with an answer; null for a good one. All are looked at: that takes some microseconds. */
function problemOf({ status, body }: Answer, proof: string): string | null {
  if (status === 200 && body.includes(proof) && !body.includes('"errors":')) return null
  return `an answer with status ${status} is not what was asked for: ${body.toString().slice(0, 500)}`
}

function readOf({ port, headers }: Job, path: string): Buffer {
  const all = { host: `127.0.0.1:${port}`, accept: 'application/json', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
}

function requestOf({ port, headers }: Job, body: string): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    accept: 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}
