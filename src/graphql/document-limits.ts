/** How much one request may ask for. docs/limits.md says what each of them counts, and why. */
export interface DocumentLimits {
  /** Words, punctuation and values of a document; it has at most 50 times as many characters. */
  readonly tokens: number
  /** How deep brackets nest, of any kind, and selections with each fragment counted where it is used. */
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** The greatest cost of an operation, as operationCost counts it. */
  readonly cost: number
}

/** Characters that a text of a document or its variables may have: the longest that has a meaning, a cursor, has fewer. */
export const maximumText = 10_000

/** What is not set otherwise. */
export const defaultLimits: DocumentLimits = {
  tokens: 5000,
  depth: 50,
  aliases: 100,
  directives: 50,
  cost: 50_000,
}
