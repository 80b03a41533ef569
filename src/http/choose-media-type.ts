/** What an answer of GraphQL can be; the first where the caller does not mind. */
const mediaTypes = ['application/json', 'application/graphql-response+json'] as const
export type MediaType = (typeof mediaTypes)[number]

/**
 * The media type to answer in by an Accept header: the one with the highest q, and of equal ones the one that is
 * listed first. Null where none of ours is acceptable.
 */
export function chooseMediaType(accept: string | undefined): MediaType | null {
  if (!accept || accept === '*/*' || accept === mediaTypes[0]) return mediaTypes[0] // as nearly always
  const ranges = accept.toLowerCase().split(',').map(readRange)
  const rated = mediaTypes.flatMap((mediaType) => {
    const [range] = ranges
      .filter(({ pattern }) => covers(pattern, mediaType))
      .sort((a, b) => precision(b.pattern) - precision(a.pattern))
    return range && range.q > 0 ? [{ mediaType, q: range.q, place: ranges.indexOf(range) }] : []
  })
  rated.sort((a, b) => b.q - a.q || a.place - b.place)
  return rated[0]?.mediaType ?? null
}

interface Range {
  /** A media type, or with stars all of a family, or all. */
  pattern: string
  /** 0 to 1; 0: not acceptable. */
  q: number
}

function readRange(text: string): Range {
  const [pattern = '', ...parameters] = text.split(';').map((part) => part.trim())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return { pattern, q: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
}

function covers(pattern: string, mediaType: MediaType): boolean {
  return pattern === '*/*' || pattern === 'application/*' || pattern === mediaType
}

/** Of several ranges that cover a type the most precise one counts. */
function precision(pattern: string): number {
  return pattern === '*/*' ? 0 : pattern.endsWith('/*') ? 1 : 2
}
