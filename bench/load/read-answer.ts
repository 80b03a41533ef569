/** An answer that has come whole. */
export interface Answer {
  status: number
  body: Buffer
}

const headEnd = '\r\n\r\n'
const lastChunk = '\r\n0\r\n\r\n'

/**
 * Reads the one answer that a connection is waiting for; null while some of it is still to come. It is as much HTTP as
 * servers of GraphQL speak: a length, or chunks.
 */
export function readAnswer(received: Buffer): Answer | null {
  const end = received.indexOf(headEnd)
  if (end < 0) return null
  const head = received.toString('latin1', 0, end)
  const body = received.subarray(end + headEnd.length)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isWhole = length === undefined ? isLastChunk(received) : body.length >= Number(length)
  return isWhole ? { status: Number(head.slice(9, 12)), body } : null
}

/** JSON does not end like that by itself. */
function isLastChunk(received: Buffer): boolean {
  return received.toString('latin1', received.length - lastChunk.length) === lastChunk
}
