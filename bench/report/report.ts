import type { Rounds } from '../measure/run-rounds.ts'
import type { MemoryAt } from '../measure/watch-memory.ts'
import type { Kind } from '../requests/kinds.ts'
import type { Settings } from '../settings.ts'
import type { Machine } from './machine.ts'

/** All that a run has found. */
export interface Report {
  date: string
  machine: Machine
  /** Of what was measured, by its name. */
  versions: Record<string, string>
  settings: Pick<Settings, 'snapshots' | 'volumes' | 'connections' | 'rounds' | 'seconds'>
  servers: readonly { name: string; what: string }[]
  /** Those that could not run here, and why. */
  leftOut: readonly { name: string; why: string }[]
  rounds: ReadonlyMap<Kind, Rounds>
  memory: readonly MemoryAt[]
}
