import { type ClientOptions, Connection } from './connection.ts'

interface Listener {
  onNotify(payload: string): void
  onListen?: (() => void) | undefined
}

/** Milliseconds between tries to listen again. */
const retryAfter = 500
/** Milliseconds that listening has to begin. */
const patience = 5000

/**
 * Listens on one connection for all channels. One that closes is replaced, unlike by postgres.js 3.4.9, whose client goes
 * on with what was left over from it, and tries without a pause where a server closes what it opens (its issues 1133,
 * 1193). Listeners are told by `onListen`, also of the first time: what was sent meanwhile is lost.
 */
export class Notifications {
  readonly #options: ClientOptions
  readonly #channels = new Map<string, Set<Listener>>()
  #current: Promise<Connection> | null = null
  #retry: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Rejects where listening cannot begin. Returns what ends it. */
  async listen(channel: string, onNotify: Listener['onNotify'], onListen?: () => void) {
    const listener = { onNotify, onListen }
    const listeners = this.#channels.get(channel) ?? new Set()
    this.#channels.set(channel, listeners.add(listener))
    const unlisten = async () => {
      listeners.delete(listener)
      if (listeners.size > 0 || this.#channels.get(channel) !== listeners) return
      this.#channels.delete(channel)
      await (await this.#current)?.send([statement('unlisten', channel)], false)
    }
    try {
      await (await this.#connected()).send([statement('listen', channel)], false) // once more does no harm
    } catch (error) {
      listeners.delete(listener)
      if (listeners.size === 0) this.#channels.delete(channel)
      throw error
    }
    onListen?.()
    return unlisten
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry) clearTimeout(this.#retry)
    await this.#current?.then(
      (connection) => connection.end(),
      () => {},
    )
  }

  #connected(): Promise<Connection> {
    if (this.#current) return this.#current
    const connecting = this.#connect()
    this.#current = connecting
    connecting.catch(() => {
      if (this.#current === connecting) this.#current = null
    })
    return connecting
  }

  async #connect(): Promise<Connection> {
    const onnotify = (channel: string, payload: string) => {
      for (const { onNotify } of this.#channels.get(channel) ?? []) onNotify(payload)
    }
    let ready = false
    const connection = new Connection({ ...this.#options, onnotify } as ClientOptions, () => {
      if (!ready) return // told by what was sent
      this.#current = null
      this.#again()
    })
    const late = setTimeout(() => connection.destroy(), patience)
    try {
      await connection.send(['select 1'], false)
      for (const channel of this.#channels.keys())
        await connection.send([statement('listen', channel)], false)
    } catch (error) {
      connection.destroy()
      throw error
    } finally {
      clearTimeout(late)
    }
    if (connection.isClosed) throw new Error('the connection to listen has closed')
    ready = true
    return connection
  }

  /** Listens again as soon as that can be done. */
  #again = () => {
    if (this.#isClosed || this.#retry || this.#current || this.#channels.size === 0) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#connected().then(() => {
        for (const listeners of this.#channels.values()) for (const { onListen } of listeners) onListen?.()
      }, this.#again)
    }, retryAfter).unref()
  }
}

function statement(what: 'listen' | 'unlisten', channel: string): string {
  return `${what} "${channel.replaceAll('"', '""')}"`
}
