import type { TypedDocument } from './typed-document.ts'

/**
 * Whether a request can be sent twice and is done once, as far as can be told without parsing it: it is no mutation, or an
 * idempotency key is in it. It catches the key that was forgotten; of several mutations in one document it sees one key.
 */
export function isRepeatable(document: TypedDocument<unknown, never>, variables: unknown): boolean {
  const text = document.toString()
  if (!/\bmutation\b/.test(text)) return true
  return /\bidempotencyKey\b/.test(text) || /"idempotencyKey":"/.test(JSON.stringify(variables) ?? '')
}
