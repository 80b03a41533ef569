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
  const values = new Map<string, T>()
  let held = 0
  const remove = (document: string) => {
    if (values.delete(document)) held -= document.length
  }
  return {
    get: (document) => {
      const value = values.get(document)
      if (value === undefined) return undefined
      values.delete(document) // and back at the end: a Map keeps the order in which it was filled
      values.set(document, value)
      return value
    },
    set: (document, value) => {
      remove(document)
      if (document.length > characters) return
      values.set(document, value)
      held += document.length
      for (const oldest of values.keys()) {
        if (held <= characters) break
        remove(oldest)
      }
    },
  }
}
