/** The request comes from nobody that the gateway knows. Its caller is told the same, whatever was wrong. */
export class Unauthenticated extends Error {
  /** Of the header WWW-Authenticate. */
  readonly challenge: string
  /** What was wrong, for the log alone; null where there was no credential at all. */
  readonly reason: string | null
  /** The access key that was tried, if there was one. */
  readonly accessKey: string | null

  /** `message` says what is needed. */
  constructor(
    message: string,
    fields: { challenge: string; reason: string | null; accessKey?: string | null },
  ) {
    super(message)
    this.name = 'Unauthenticated'
    this.challenge = fields.challenge
    this.reason = fields.reason
    this.accessKey = fields.accessKey ?? null
  }
}
