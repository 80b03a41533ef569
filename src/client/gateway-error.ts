/** An error as a gateway tells it. */
export interface AnsweredError {
  message: string
  path?: readonly (string | number)[]
  extensions?: { code?: string; [name: string]: unknown }
}

export interface GatewayErrorDetails extends ErrorOptions {
  errors?: readonly AnsweredError[]
  status?: number | null
  requestId?: string | null
  retryAfter?: number | null
  data?: unknown
}

/** What may go well if it is asked again: nothing is wrong with the request itself. */
const passingCodes = new Set(['UNAVAILABLE', 'TOO_MANY_REQUESTS', 'SHUTTING_DOWN', 'SLOW_CONSUMER'])
/** The same as proxies tell it, who know no codes. */
const passingStatuses = new Set([408, 429, 502, 503, 504])

/**
 * A request has not got what it asked for: a gateway says why, or none could be heard, and `cause` says why. Refusals of
 * mutations are no such thing: they are data.
 */
export class GatewayError extends Error {
  /** What the gateway tells; empty where no gateway has answered. */
  readonly errors: readonly AnsweredError[]
  /** Of the answer; null where there was none, or none to the end. */
  readonly status: number | null
  /** The gateway has it in its log. */
  readonly requestId: string | null
  /** Seconds after which the gateway wants to be asked again. */
  readonly retryAfter: number | null
  /** What was answered beside the errors. */
  readonly data: unknown

  constructor(message: string, details: GatewayErrorDetails = {}) {
    const {
      errors = [],
      status = null,
      requestId = null,
      retryAfter = null,
      data = null,
      ...options
    } = details
    super(message, options)
    this.name = 'GatewayError'
    this.errors = errors
    this.status = status
    this.requestId = requestId
    this.retryAfter = retryAfter
    this.data = data
  }

  /** `extensions.code` of the errors, such as UNAVAILABLE; the README lists them. */
  get codes(): string[] {
    return this.errors.flatMap(({ extensions }) => extensions?.code ?? [])
  }

  /**
   * Whether the same request may go well later. It may also have been done already: send a mutation again only with the
   * idempotency key that it had.
   */
  get isRetryable(): boolean {
    if (this.errors.length > 0)
      return this.errors.every(({ extensions }) => passingCodes.has(extensions?.code ?? ''))
    return this.status === null || passingStatuses.has(this.status)
  }
}
