const last = 0x10ffff
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/**
 * The first text, by code points, after all that start with a prefix; null where there is none. The last code point
 * that has a next one is raised, and what follows it is cut off.
 */
export function endOfPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === last) points.pop()
  const raised = points.pop()
  if (raised === undefined) return null
  const next = raised + 1 === firstSurrogate ? lastSurrogate + 1 : raised + 1
  return String.fromCodePoint(...points, next)
}
