import type { FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'

/** What Yoga is given of the HTTP request beside its method. */
export interface HttpContext {
  http: Pick<FastifyRequest, 'method' | 'url' | 'body' | 'asked'>
}

/**
 * Reads query, variables, operationName and extensions from the request as the web server has it, in place of Yoga's
 * own parsers. Whether each is what it should be, Yoga checks, but for operationName.
 */
export function useParameters(): Plugin<object, HttpContext> {
  return {
    onRequestParse: ({ serverContext: { http }, setRequestParser }) =>
      setRequestParser(() => (http.method === 'POST' ? ofBody(http.body) : ofUrl(http.url))),
  }
}

function ofBody(body: unknown): GraphQLParams {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The body must be a JSON object with a query.')
  const { operationName } = body as GraphQLParams
  if (operationName != null && typeof operationName !== 'string')
    throw badRequest('operationName must be a string.')
  return body
}

function ofUrl(url: string): GraphQLParams {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const given = (name: string) => search.get(name) || undefined
  return {
    query: given('query'),
    documentId: given('documentId'),
    operationName: given('operationName'),
    variables: json('variables', given('variables')),
    extensions: json('extensions', given('extensions')),
  } as GraphQLParams
}

function json(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest(`${name} must be JSON.`)
  }
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } })
}
