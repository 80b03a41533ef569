import type { Log } from '../log.ts'

/** One that can be made to say of every line which attempt it is about. */
export interface WorkerLog extends Log {
  child(fields: object): WorkerLog
}
