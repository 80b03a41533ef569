/** Why the embedded Postgres cannot be used, and what to do about it: the message is for the person who starts it. */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedPostgresError'
  }
}
