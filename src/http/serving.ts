import type { RequestObserver } from './request-observer.ts'
import type { Requests } from './requests.ts'
import type { Streams } from './streams.ts'
import type { UnreadAnswers } from './unread-answers.ts'
import type { Waits } from './waits.ts'

/** What serving takes that is shared by all that is served. */
export interface Serving {
  /** Ends what takes too long. */
  requests: Requests
  streams: Streams
  waits: Waits
  unread: UnreadAnswers
  /** Counts. */
  observer?: RequestObserver | undefined
}
