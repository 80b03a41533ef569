import type { Work } from '../resources/lifecycle.ts'
import type { Ending } from './ending.ts'

/** Hears what becomes of work, to count it. */
export interface WorkObserver {
  /** `driver`: the storage that did the work; null where it is not known. */
  attemptEnded(attempt: { work: Work; ending: Ending['kind']; driver: string | null; seconds: number }): void
  /** Operations of a kind were given up at their deadline. */
  overdue(work: Work, count: number): void
  /** A sweep of a storage has come to its end; each is a number of files. */
  swept(driver: string, found: { deleted: number; unknown: number; failed: number }): void
}
