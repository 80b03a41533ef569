/** Tells what is done now, on one line of a terminal. */
export function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${what}`)
  else if (what !== '') process.stderr.write(`${what}\n`)
}
