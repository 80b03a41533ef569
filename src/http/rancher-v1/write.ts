import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a browser asks, for whose reader JSON is indented: it says that it takes HTML, or, as in Rancher, anything, with
 * a name that begins as those of browsers do.
 */
export function wantsIndented({ accept = '', 'user-agent': agent = '' }: IncomingHttpHeaders): boolean {
  return accept.includes('text/html') || (accept.includes('*/*') && /mozilla/i.test(agent))
}

/** Of every answer. */
export const jsonType = 'application/json; charset=utf-8'

/** Characters of the longest answer that is indented: it takes as long as to read and to write it. */
const longest = 1_000_000

/** JSON, indented. */
export function indent(json: string): string {
  // Through the parser numbers would lose digits: none has more than it keeps but sizes beyond 9 PB.
  return json.length > longest ? json : `${JSON.stringify(JSON.parse(json), null, 2)}\n`
}
