import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEventStream, type ServerSentEvent } from '../src/client/parse-event-stream.ts'

async function parse(chunks: Uint8Array[]): Promise<ServerSentEvent[]> {
  const bytes = async function* () {
    yield* chunks
  }
  const events: ServerSentEvent[] = []
  for await (const event of parseEventStream(bytes())) events.push(event)
  return events
}
const parseText = (text: string) => parse([new TextEncoder().encode(text)])

/** Bytes in pieces, which end at these places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
/** Any text on one line: with characters of one to four bytes, colons, spaces, and what only looks like a line's end. */
const words = fc
  .array(fc.constantFrom('a', ':', ' ', 'data', 'é', '…', '😀', '\u2028', '\u0085', '\ufeff', '{}'))
  .map((parts) => parts.join(''))
const event = fc.record({
  event: fc.constantFrom('', 'next', 'complete', 'é 😀'),
  lines: fc.array(words, { minLength: 1, maxLength: 4 }),
  comments: fc.array(words, { maxLength: 2 }),
  space: fc.constantFrom('', ' '),
  end: lineEnd,
})

describe('server-sent events', () => {
  it('are the same however their bytes are cut', async () => {
    const property = fc.asyncProperty(fc.array(event), fc.array(fc.nat()), async (events, places) => {
      const text = events.map(({ event, lines, comments, space, end }) => {
        // A space of its own is the only one that is taken away: a value that begins with one needs it.
        const field = (name: string, value: string) =>
          `${name}:${value.startsWith(' ') ? ' ' : space}${value}${end}`
        return [
          ...comments.map((comment) => `:${comment}${end}`),
          ...(event ? [field('event', event)] : []),
          `id: 7${end}retry: 1${end}`,
          ...lines.map((line) => field('data', line)),
          end,
        ].join('')
      })
      const bytes = new TextEncoder().encode(text.join(''))
      const expected = events.map(({ event, lines }) => ({ event, data: lines.join('\n') }))
      expect(await parse([bytes])).toEqual(expected)
      expect(await parse(cut(bytes, places))).toEqual(expected)
      expect(await parse(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('have no data without a field of it, and are none then', async () => {
    expect(await parseText('event: next\n\n:\n\n\n\ndata\n\n')).toEqual([{ event: '', data: '' }])
    expect(await parseText('event: complete\ndata: \n\n')).toEqual([{ event: 'complete', data: '' }])
  })

  it('may begin with a byte order mark, and are lost where the end cuts them off', async () => {
    expect(await parseText('\ufeffdata: 1\n\ndata: 2\n')).toEqual([{ event: '', data: '1' }])
  })

  it('come as soon as their line ends, also by a CR that may be half of a CRLF', async () => {
    let send: (text: string) => void = () => {}
    const bytes = new ReadableStream<Uint8Array>({
      start: (controller) => {
        send = (text) => controller.enqueue(new TextEncoder().encode(text))
      },
    })
    const events = parseEventStream(bytes)
    send('data: 1\r\n\r')
    expect(await events.next()).toEqual({ done: false, value: { event: '', data: '1' } })
    send('\ndata: 2\r\n\r\n')
    expect(await events.next()).toEqual({ done: false, value: { event: '', data: '2' } })
  })
})
