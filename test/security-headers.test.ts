import helmet from '@fastify/helmet'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const { server } = createTestGateway(await createTestDatabase(), { maxBody: 1024 })
const nothingRuns = "default-src 'none';frame-ancestors 'none'"

/** A policy by directive. */
const directives = (policy: unknown) =>
  new Map(
    String(policy)
      .split(';')
      .map((directive): [string, string[]] => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
  )

describe('the headers of every answer', () => {
  it.each([
    ['GraphQL', { url: '/graphql?query={__typename}' }, 200],
    ['what is not executed', { url: '/graphql' }, 400],
    ['GraphiQL', { url: '/graphql', headers: { accept: 'text/html' } }, 200],
    ['its scripts', { url: '/graphql/assets/graphiql.js' }, 200],
    ['a redirection', { url: '/', headers: { accept: 'text/html' } }, 302],
    ['health', { url: '/healthz' }, 200],
    ['readiness', { url: '/readyz' }, 200],
    ['a place where nothing is', { url: '/nowhere' }, 404],
    ['another method', { method: 'DELETE', url: '/graphql' }, 405],
    ['another body', { method: 'POST', url: '/graphql', payload: Buffer.from('x') }, 415],
    ['too large a body', { method: 'POST', url: '/graphql', payload: { query: ' '.repeat(2000) } }, 413],
    ['a path that cannot be read', { url: '/graphql/assets/%E0%A4%A' }, 400],
    ['a path that is too long', { url: `/graphql/assets/${'x'.repeat(300)}` }, 414],
  ] as const)('keep browsers from guessing, framing and running: %s', async (what, request, status) => {
    const { statusCode, headers } = await server.inject(request as never)
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    })
    if (what !== 'GraphiQL') expect(headers['content-security-policy']).toBe(nothingRuns)
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  it('are those that helmet has, but for the one that is for TLS', async () => {
    const app = Fastify()
    app.register(helmet)
    app.get('/', async () => '')
    const { headers } = await app.inject('/')
    const ours = (await server.inject('/healthz')).headers
    const missing = Object.keys(headers).filter((name) => !(name in ours))
    expect(missing).toEqual(['strict-transport-security'])
  })
})

describe("GraphiQL's page", () => {
  it('may run scripts of the gateway alone, and talk to nothing else', async () => {
    const { body, headers } = await server.inject({ url: '/graphql', headers: { accept: 'text/html' } })
    const policy = directives(headers['content-security-policy'])
    expect(policy.get('default-src')).toEqual(["'none'"])
    for (const name of ['script-src', 'worker-src', 'connect-src'])
      expect(policy.get(name)).toEqual(["'self'"])
    for (const name of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(policy.get(name)).toEqual(["'none'"])
    for (const [name, sources] of policy)
      for (const source of sources) {
        expect(["'none'", "'self'", 'data:', "'unsafe-inline'"]).toContain(source)
        if (source === "'unsafe-inline'") expect(name).toBe('style-src')
      }
    // What such a policy would keep from running.
    expect(body).not.toMatch(
      /<script(?![^>]* src="\/graphql\/assets\/[\w.]+"><\/script>)|<style|javascript:|\son\w+=/i,
    )
    expect(body.match(/<script/g)).toHaveLength(2)
  })
})
