import type { SubscriptionForwarder } from '@urql/core'
import {
  createClient,
  GatewayError,
  TypedDocumentString,
  type Watched,
  type WatchStatus,
} from 'snapshot-gateway/client'
import { authorizationOf, type Settings } from '../connection/settings.ts'
import type { ConnectionState } from './connection.ts'

/**
 * Has urql's subscriptions carried out by the gateway's own client, which reads the stream and resumes it after the last
 * cursor. It ends for what stays as it is alone, CURSOR_EXPIRED for example, and then tells why.
 */
export function forwardEvents(
  settings: Settings,
  onState: (state: ConnectionState) => void,
): SubscriptionForwarder {
  const client = createClient({ url: settings.url, authorization: authorizationOf(settings) })
  const onStatus = tellStates(onState)
  return ({ query = '', variables }) => ({
    subscribe: (sink) => {
      const stop = new AbortController()
      const watched = client.watch({
        ...variables,
        document: new TypedDocumentString<Watched, object>(query),
        signal: stop.signal,
        onStatus,
      })
      const follow = async () => {
        for await (const { errors, ...delivery } of watched) {
          const data = { __typename: 'Subscription', snapshotEvents: delivery }
          sink.next(errors ? { data, errors: [...errors] } : { data })
        }
      }
      follow()
        .catch((error) => {
          onState('offline')
          if (!(error instanceof GatewayError) || error.errors.length === 0) sink.error(error)
          else sink.next({ data: null, errors: [...error.errors] })
        })
        .finally(() => sink.complete())
      return { unsubscribe: () => stop.abort() }
    },
  })
}

/** A try that is under way changes nothing: whatever was before it goes on to be shown. */
function tellStates(onState: (state: ConnectionState) => void): (status: WatchStatus) => void {
  let failures = 0
  return ({ state }) => {
    if (state === 'open') failures = 0
    if (state === 'waiting') failures++
    if (state === 'open') onState('live')
    if (state === 'waiting') onState(failures === 1 && navigator.onLine ? 'reconnecting' : 'offline')
  }
}
