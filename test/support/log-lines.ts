import type { Logger } from 'pino'
import { createLogger } from '../../src/logging/create-logger.ts'

/** A line of the log. */
export interface Line {
  level: number
  msg: string
  [field: string]: unknown
}

/** The program's logger, and what it has written: as text, and line by line. */
export function recordLog({ level = 'info', secrets = [] as string[] } = {}): {
  log: Logger
  lines: Line[]
  text(): string
} {
  const written: string[] = []
  const lines: Line[] = []
  const write = (line: string) => {
    written.push(line)
    lines.push(JSON.parse(line))
  }
  const log = createLogger({ level, terminal: false, secrets, destination: { write } })
  return { log, lines, text: () => written.join('') }
}
