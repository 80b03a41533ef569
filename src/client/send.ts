import { GatewayError } from './gateway-error.ts'
import type { TypedDocument } from './typed-document.ts'
import { until } from './until.ts'

export interface ClientOptions {
  /** Of a gateway's GraphQL, such as http://127.0.0.1:4000/graphql; in a page also /graphql. */
  url: string | URL
  /**
   * The header Authorization, such as `Bearer ACCESSKEY:SECRET`; or what tells it, asked for each request, where it is a
   * token that ends some time. What that throws comes to whoever made the request. Left out: none.
   */
  authorization?: string | (() => string | Promise<string>) | undefined
  /** Others, of each request. */
  headers?: Record<string, string> | undefined
  /** In place of the global one. */
  fetch?: typeof globalThis.fetch | undefined
}

/** What is asked of a gateway. */
export interface Asked {
  // biome-ignore lint/suspicious/noExplicitAny: of any types
  document: TypedDocument<any, any>
  variables: unknown
  /** The media type of the answer. */
  accept: string
  signal: AbortSignal | undefined
}

export type Send = (asked: Asked) => Promise<Response>

/**
 * Makes the function that sends requests. It throws GatewayError where there is no answer, and the signal's reason once
 * that is aborted.
 */
export function createSend({ url, authorization, headers, fetch = globalThis.fetch }: ClientOptions): Send {
  const authorize = async () => (typeof authorization === 'function' ? authorization() : authorization)
  return async ({ document, variables, accept, signal }) => {
    const credential = await until(authorize(), signal)
    const init: RequestInit = {
      method: 'POST',
      headers: {
        ...headers,
        ...(credential !== undefined && { authorization: credential }),
        'content-type': 'application/json',
        accept,
      },
      body: JSON.stringify({ query: document.toString(), variables }),
      ...(signal && { signal }),
    }
    try {
      return await until(fetch(url, init), signal)
    } catch (cause) {
      if (signal?.aborted) throw signal.reason
      throw new GatewayError(`the gateway cannot be reached: ${tell(cause)}`, { cause })
    }
  }
}

/** Node's fetch hides what it failed of one level below. */
function tell(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause instanceof Error ? thrown.cause.message || tell(thrown.cause.cause) : thrown.message
}
