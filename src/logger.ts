import { destination, type Logger, pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'

/** The program's log: a JSON object a line, or text for people where the stream is a terminal. */
export function createLogger(level: string, { fd, isTTY }: { fd: 1 | 2; isTTY?: boolean }): Logger {
  const options = { level, base: null }
  if (!isTTY) return pino({ ...options, timestamp: stdTimeFunctions.isoTime }, destination(fd))
  return pino(
    options,
    pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true, destination: fd }),
  )
}
