import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core'
import { authorizationOf, type Settings } from '../connection/settings.ts'
import { type Connection, createConnection } from '../live/connection.ts'
import { forwardEvents } from '../live/forward-events.ts'
import { createCache } from './create-cache.ts'
import { codesOf } from './describe-failure.ts'

/** What the console asks, and how its stream of events is. */
export interface Gateway {
  client: Client
  connection: Connection
}

export function createGateway(settings: Settings, onUnauthenticated: () => void): Gateway {
  const authorization = authorizationOf(settings)
  const connection = createConnection()
  const client = new Client({
    url: settings.url,
    preferGetMethod: false,
    fetchOptions: authorization ? { headers: { authorization } } : {},
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (codesOf(error).includes('UNAUTHENTICATED')) onUnauthenticated()
        },
      }),
      createCache(),
      subscriptionExchange({ forwardSubscription: forwardEvents(settings, connection.set) }),
      fetchExchange,
    ],
  })
  return { client, connection }
}
