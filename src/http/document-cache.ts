/** Things by the documents that they belong to, the least recently used of which are forgotten first. */
export interface DocumentCache<T> {
  get(document: string): T | undefined
  set(document: string, value: T): void
}

/**
 * Remembers documents of so many characters together, for what a parsed one takes grows with its length: up to some
 * 250 bytes a character. A longer one is not remembered.
 */
export function createDocumentCache<T>(characters: number): DocumentCache<T> {
  // With the document that was remembered: else the same one of each request would be held instead.
  const values = new Map<string, { document: string; value: T }>()
  let held = 0
  const remove = (document: string) => {
    if (values.delete(document)) held -= document.length
  }
  return {
    get: (document) => {
      const known = values.get(document)
      if (known === undefined) return undefined
      values.delete(document) // and back at the end: a Map keeps the order in which it was filled
      values.set(known.document, known)
      return known.value
    },
    set: (document, value) => {
      remove(document)
      if (document.length > characters) return
      values.set(document, { document, value })
      held += document.length
      for (const oldest of values.keys()) {
        if (held <= characters) break
        remove(oldest)
      }
    },
  }
}
