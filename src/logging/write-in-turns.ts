import type { DestinationStream } from 'pino'

/** A stream that can write what it holds at once. */
type Stream = DestinationStream & { flushSync(): void }

/**
 * Hands the lines of each turn of the event loop to a stream together: a write takes longer than to make a line. They
 * are written at the latest when the process exits.
 */
export function writeInTurns(stream: Stream): Stream {
  let lines = ''
  const hand = () => {
    if (lines === '') return
    stream.write(lines)
    lines = ''
  }
  const flushSync = () => {
    hand()
    stream.flushSync()
  }
  process.on('exit', flushSync)
  return {
    write: (line) => {
      if (lines === '') setImmediate(hand)
      lines += line
    },
    flushSync,
  }
}
