import type { Usage } from './usage.ts'

/** A turn of load on one server. */
export interface Job {
  port: number
  /** Of the server; with its children it is looked at. */
  pid: number
  headers: Record<string, string>
  /** Sent to /graphql one after the other, and then from the first again; or paths that are asked for by GET. */
  bodies: string[] | { paths: string[] }
  /** What every answer has in it. */
  proof: string
  connections: number
  /** What does not count: it ends when both have passed. */
  warmUp: { seconds: number; requests: number }
  /** What counts. */
  seconds: number
}

/** What came of it. */
export interface Turn {
  requests: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Microseconds of processor time that the server's processes took for a request; null where that is not known. */
  cpu: number | null
  /** Bytes at the end. */
  memory: Usage['memory'] | null
}
