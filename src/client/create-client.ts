import { defaultBackoff } from './backoff.ts'
import type { WatchSnapshotEventsSubscription } from './operations.ts'
import { type RequestOptions, request } from './request.ts'
import { type ClientOptions, createSend } from './send.ts'
import type { TypedDocument } from './typed-document.ts'
import { type Delivery, type Watched, type WatchOptions, watch } from './watch.ts'

/** Variables may be left out where none is required. */
export type RequestArguments<Variables> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions]

export interface Client {
  /**
   * Asks for a document, one of this package or one's own: `request<Result>('{ viewer { role } }')`. Returns the data;
   * refusals of mutations are in it. Throws GatewayError where there are errors, or no answer.
   */
  request<Result = unknown, Variables = Record<string, unknown>>(
    document: TypedDocument<Result, Variables>,
    ...rest: RequestArguments<Variables>
  ): Promise<Result>
  /**
   * Follows the history of snapshots, from `after` on, for as long as it is iterated; it resumes by itself. Throws
   * GatewayError where it cannot. Where nothing comes, `return()` waits for the next delivery: end it by the signal.
   */
  watch<Result extends Watched = WatchSnapshotEventsSubscription>(
    options?: WatchOptions<Result>,
  ): AsyncGenerator<Delivery<Result>, void>
}

/** How long things take; other than here in tests alone. */
const defaultTimes = { backoff: defaultBackoff, silence: 30 }

/** Makes a client of a gateway. It needs nothing but fetch, and runs in Node and in browsers. */
export function createClient(options: ClientOptions): Client {
  return createTimedClient(options, defaultTimes)
}

export function createTimedClient(options: ClientOptions, times: typeof defaultTimes): Client {
  const send = createSend(options)
  const renewsCredential = typeof options.authorization === 'function'
  return {
    request: (document, ...[variables, requestOptions]) =>
      request({ send, ...times }, document, variables, requestOptions),
    watch: (watchOptions = {}) => watch({ send, renewsCredential, ...times }, watchOptions),
  }
}
