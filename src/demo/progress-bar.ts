const width = 30

/** Draws a bar over the one before; where stdout is no terminal, only once it is done. */
export function progressBar(label: string, percent: number, done: boolean): void {
  if (!done && !process.stdout.isTTY) return
  const filled = Math.round((width * percent) / 100)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  const start = process.stdout.isTTY ? '\r' : ''
  process.stdout.write(
    `${start}${label.padEnd(12)} ${bar} ${String(percent).padStart(3)} %${done ? '\n' : ''}`,
  )
}
