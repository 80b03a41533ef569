import { ConnectionError } from './connection-error.ts'

/** Milliseconds between tries to reach a database that is away. */
const interval = 500

/**
 * Whether the database can be reached at all. Once it cannot, whoever asks is refused at once instead of waiting, and
 * it is tried here again and again, by one at a time, until it can: one that comes back is not run over.
 */
export class Availability {
  readonly #probe: () => Promise<void>
  #reason: ConnectionError | null = null
  #retry: NodeJS.Timeout | undefined

  /** `probe` resolves where the database was reached. */
  constructor(probe: () => Promise<void>) {
    this.#probe = probe
  }

  /** What to refuse with; null while nothing speaks against asking. */
  get reason(): ConnectionError | null {
    return this.#reason
  }

  lost(cause: unknown): ConnectionError {
    const reason = unreachable(cause)
    if (this.#reason === null) this.#tryLater()
    this.#reason = reason
    return reason
  }

  /** It can be reached; or nobody wants to know any more. */
  reached(): void {
    this.#reason = null
    clearTimeout(this.#retry)
  }

  #tryLater(): void {
    this.#retry = setTimeout(() => {
      this.#probe().then(
        () => this.reached(),
        (cause) => {
          if (this.#reason === null) return
          this.#reason = unreachable(cause)
          this.#tryLater()
        },
      )
    }, interval).unref()
  }
}

function unreachable(cause: unknown): ConnectionError {
  return new ConnectionError('CONNECTION_FAILED', 'the database cannot be reached', { cause })
}
