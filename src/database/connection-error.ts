type Code =
  | 'CONNECTION_FAILED'
  | 'CONNECTION_BUSY'
  | 'CONNECTION_SILENT'
  | 'CONNECTION_CLOSED'
  | 'CONNECTION_ENDED'

/** The database cannot be reached now, told as postgres.js tells it: by a code. */
export class ConnectionError extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConnectionError'
    this.code = code
  }
}
