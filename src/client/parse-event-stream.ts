/** An event as a server sends it. */
export interface ServerSentEvent {
  /** Its name; empty where it has none. */
  event: string
  data: string
}

/**
 * Reads server-sent events from bytes, however those are cut: between CR and LF, or within a character. Comments and the
 * fields `id` and `retry` are left out, and so is an event that the end cuts off.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void> {
  const decoder = new TextDecoder() // which leaves out a byte order mark
  let rest = ''
  let endedInCR = false
  let event = ''
  let data: string[] = []
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    // The second half of a CRLF, of which the first has ended its line already: that does not wait for it.
    if (endedInCR && text.startsWith('\n')) text = text.slice(1)
    endedInCR = text.endsWith('\r')
    const lines = (rest + text).split(/\r\n|\r|\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event, data: data.join('\n') }
        event = ''
        data = []
        continue
      }
      const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
      if (name === 'event') event = value
      if (name === 'data') data.push(value)
    }
  }
}
