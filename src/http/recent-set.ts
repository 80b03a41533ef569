/** A set of texts that holds so many: one more, and the one that was added the longest ago is forgotten. */
export interface RecentSet {
  add(text: string): void
  has(text: string): boolean
  delete(text: string): void
}

export function createRecentSet(size: number): RecentSet {
  const texts = new Set<string>() // in the order in which they were added
  return {
    add: (text) => {
      texts.delete(text)
      texts.add(text)
      const [oldest] = texts
      if (texts.size > size && oldest !== undefined) texts.delete(oldest)
    },
    has: (text) => texts.has(text),
    delete: (text) => void texts.delete(text),
  }
}
