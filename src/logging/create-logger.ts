import {
  type DestinationStream,
  type Logger,
  destination as openDestination,
  pino,
  stdTimeFunctions,
} from 'pino'
import pretty from 'pino-pretty'
import { describeError } from './describe-error.ts'
import { createRedaction } from './redact.ts'
import { writeInTurns } from './write-in-turns.ts'

export interface LoggerOptions {
  level: string
  /** Whether people read it: text, else a JSON object a line. */
  terminal: boolean
  /** Texts that no line may hold, such as the database's password. */
  secrets?: readonly string[]
  /** Where lines go: a stream, or a file by its descriptor; stdout by default. */
  destination?: DestinationStream | number
}

/** The program's log. No line holds a secret: see redact.ts and describe-error.ts. */
export function createLogger({ level, terminal, secrets = [], destination = 1 }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: describeError },
    hooks: { streamWrite: createRedaction(secrets) },
  }
  if (terminal)
    return pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true, destination }))
  const stream = typeof destination === 'number' ? writeInTurns(openDestination(destination)) : destination
  return pino({ ...options, timestamp: isoTime }, stream)
}

let millisecond = 0
let isoTimeThen = ''

/** As pino's, which makes it anew for each line of a millisecond. */
function isoTime(): string {
  const now = Date.now()
  if (now !== millisecond) {
    millisecond = now
    isoTimeThen = stdTimeFunctions.isoTime()
  }
  return isoTimeThen
}
