import type { WriteStream } from 'node:tty'

const width = 30

/** Draws a bar over the one before; where the stream is no terminal, only once it is done. */
export function progressBar(
  label: string,
  percent: number,
  { done, stream = process.stdout }: { done: boolean; stream?: WriteStream },
): void {
  if (!done && !stream.isTTY) return
  const filled = Math.round((width * percent) / 100)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  const start = stream.isTTY ? '\r' : ''
  stream.write(`${start}${label.padEnd(12)} ${bar} ${String(percent).padStart(3)} %${done ? '\n' : ''}`)
}
