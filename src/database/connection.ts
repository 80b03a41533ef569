import { connect, Socket } from 'node:net'
import postgres, { type PendingQuery, type Row, type RowList, type Sql } from 'postgres'
import { ConnectionError } from './connection-error.ts'

/** What postgres.js has made of its options; clients made of them share its parsers. */
export type ClientOptions = Sql['options']

/** A statement: its text, parameters and the driver's options. */
export type Statement = Parameters<Sql['unsafe']>
/** Its rows, as objects or as arrays of values. */
export type Rows = RowList<Row[]>

/** A statement that was sent, or waits for its connection to be made. */
export type Query = PendingQuery<Row[]> & {
  /** The process of the server that runs it, once it was sent; postgres.js has no type for it. */
  state: { pid: number } | null
}

/**
 * One connection, from its first statement until it closes: a client of postgres.js that has no other and makes none
 * anew. So a statement's connection is known, no other request's statements are behind it, and the socket can be
 * destroyed where it has gone silent.
 *
 * Why not one client with all connections, which cancels too: in 3.4.9 one that is cancelled before it is sent takes
 * its connection out of the pool for good, one that is cancelled behind another has its answer given to the next, and
 * a cancel that comes late hits whatever runs then.
 */
export class Connection {
  readonly #client: Sql
  #socket: Socket | null = null
  #closed = false
  #doomed = false
  /** Called when it closes; set by whoever has it. */
  onLost: ((error: ConnectionError) => void) | null = null

  /** `onClose` is called once: it is of no more use. */
  constructor(options: ClientOptions, onClose: () => void) {
    this.#client = postgres({
      ...options,
      max: 1,
      backoff: 0,
      max_lifetime: null, // it would end in the middle of a transaction
      socket: () => this.#open(options),
      onclose: () => {
        if (this.#closed) return
        this.#closed = true
        this.onLost?.(lost())
        onClose()
      },
    } as never)
  }

  /** Whether it closes, or has. */
  get isClosed(): boolean {
    return this.#closed || this.#doomed || this.#socket?.destroyed === true
  }

  /** Sends a statement. `asArrays`: rows as arrays of values. */
  send([text, parameters, options]: Statement, asArrays: boolean): Query {
    if (this.isClosed) throw lost()
    const query = this.#client.unsafe(text, parameters, options)
    if (asArrays) query.values()
    // Rows are collected here: 3.4.9 goes on counting those of a statement that failed midway, and so puts holes in
    // front of the rows of the next (its issues 1119, 1181).
    query.forEach(collect)
    return query as unknown as Query
  }

  /** Closes it at once: what is under way fails with CONNECTION_CLOSED. */
  destroy(): void {
    this.#doomed = true
    this.#socket?.destroy()
  }

  /** Closes it as the protocol has it. */
  async end(): Promise<void> {
    await this.#client.end({ timeout: 0 })
  }

  /** A second socket is none: it fails as a closed one. */
  #open({ path, host, port }: ClientOptions): Socket {
    if (this.#socket !== null || this.#doomed) return new Socket()
    const place = tries++ % Math.max(1, host.length) // of several hosts each in turn
    const socket = path ? connect(path) : connect({ host: host[place], port: port[place] ?? 5432 })
    socket.on('error', () => {}) // postgres.js listens from the next tick on
    this.#socket = Object.assign(socket, { host: host[place] }) // which TLS is to find there
    return socket
  }
}

/** Not by `push`, which takes ten times as long on the driver's own kind of array. */
function collect(row: Row, rows: unknown): void {
  const found = rows as Row[]
  found[found.length] = row
}

let tries = 0

function lost(): ConnectionError {
  return new ConnectionError('CONNECTION_CLOSED', 'the database connection has closed')
}
