import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** The program's log, on stdout: a JSON object a line, or text for people where stdout is a terminal. */
export function createLogger(level: string, terminal: boolean): Logger {
  const options = { level, base: null }
  if (!terminal) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime })
  return pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true }))
}
