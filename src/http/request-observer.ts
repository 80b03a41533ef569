import type { ChangeReport } from '../resources/change-report.ts'

/** Hears of what is asked and answered, to count it. */
export interface RequestObserver {
  /**
   * `route` is one of the server's, such as /graphql; null where there is none, or no request that can be read. `seconds`:
   * null of a stream, which takes as long as its reader wants.
   */
  answered(request: {
    method: string | null
    route: string | null
    status: number
    seconds: number | null
  }): void
  /** A top-level error of an answer of GraphQL. */
  graphqlError(code: string): void
  changed(report: ChangeReport): void
  /** A stream begins, or is over. */
  streams(change: 1 | -1): void
}
