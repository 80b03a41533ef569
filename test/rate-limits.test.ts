import type { FastifyRequest, InjectOptions } from 'fastify'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Unauthenticated } from '../src/auth/unauthenticated.ts'
import { AccountScope } from '../src/database/account-scope.ts'
import { rateKey } from '../src/http/limit-rate.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
type Options = Parameters<typeof createTestGateway>[1]
const unauthenticated = new Unauthenticated('not known', { challenge: 'Basic', reason: 'not known' })

/** A gateway that knows the keys `good` and `other`, each as Bearer, of account 1 and 2; and what it logs. */
function keyed(options: Options = {}) {
  const asked: string[] = []
  const log: Record<string, unknown>[] = []
  const { server } = createTestGateway(database, {
    log: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }),
    authenticate: ({ headers }) => {
      const key = headers.authorization?.replace('Bearer ', '') ?? ''
      asked.push(key)
      if (key !== 'good' && key !== 'other') throw unauthenticated
      return {
        scope: new AccountScope(database.handle, key === 'good' ? 1n : 2n),
        role: 'ADMIN',
        actor: key,
        name: key,
      }
    },
    ...options,
  })
  const ask = async (key: string | null, more: InjectOptions = {}) => {
    const { statusCode, headers, body } = await server.inject({
      url: '/graphql?query={__typename}',
      ...more,
      headers: { ...more.headers, ...(key !== null && { authorization: `Bearer ${key}` }) },
    })
    return { status: statusCode, headers, body: body && JSON.parse(body) }
  }
  /** The statuses of several requests, one after the other. */
  const askTimes = async (times: number, ...asking: Parameters<typeof ask>) => {
    const statuses: number[] = []
    for (let i = 0; i < times; i++) statuses.push((await ask(...asking)).status)
    return statuses
  }
  return { server, ask, askTimes, asked, log }
}

/** Sets the clock that limits go by. */
function setClock() {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
}

describe('requests of a caller', () => {
  it('are so many a minute, told in headers; then it has to wait', async () => {
    setClock()
    const { ask } = keyed({ requestsPerMinute: 2 })
    const limits = ({ headers }: Awaited<ReturnType<typeof ask>>) =>
      ['limit', 'remaining', 'reset'].map((name) => headers[`x-ratelimit-${name}`])
    const first = await ask('good')
    expect([first.status, limits(first), first.headers['retry-after']]).toEqual([
      200,
      ['2', '1', '60'],
      undefined,
    ])
    vi.advanceTimersByTime(20_500)
    expect(limits(await ask('good'))).toEqual(['2', '0', '40'])
    const refused = await ask('good')
    expect([refused.status, limits(refused), refused.headers['retry-after']]).toEqual([
      429,
      ['2', '0', '40'],
      '40',
    ])
    expect(refused.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(refused.body).toEqual({
      errors: [
        {
          message: 'Too many requests: Retry-After says how many seconds to wait.',
          extensions: { code: 'TOO_MANY_REQUESTS' },
        },
      ],
      extensions: { requestId: refused.headers['x-request-id'] },
    })
    vi.advanceTimersByTime(39_500)
    expect(await ask('good')).toMatchObject({ status: 200, headers: { 'x-ratelimit-remaining': '1' } })
  })

  it('that are refused are not executed, nor their bodies read', async () => {
    const { ask } = keyed({ requestsPerMinute: 1 })
    const mutation = 'mutation { createVolume(input: { name: "x" }) { __typename } }'
    await ask('good')
    database.statements.length = 0
    const post: InjectOptions = {
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
    }
    expect((await ask('good', { ...post, payload: JSON.stringify({ query: mutation }) })).status).toBe(429)
    expect((await ask('good', { ...post, payload: 'no JSON' })).status).toBe(429)
    expect(database.statements).toEqual([])
  })

  it('do not count against others, from wherever either comes', async () => {
    const { askTimes } = keyed({ requestsPerMinute: 2 })
    expect(await askTimes(3, 'good')).toEqual([200, 200, 429])
    expect(await askTimes(1, 'good', { remoteAddress: '10.9.9.9' })).toEqual([429])
    expect(await askTimes(3, 'other')).toEqual([200, 200, 429])
  })

  it('go by the address where there are no keys', async () => {
    const { server } = createTestGateway(database, { requestsPerMinute: 1 })
    const ask = async (remoteAddress: string) =>
      (await server.inject({ url: '/graphql?query={__typename}', remoteAddress })).statusCode
    expect([await ask('10.0.0.1'), await ask('10.0.0.2'), await ask('10.0.0.1')]).toEqual([200, 200, 429])
  })

  it('to GraphQL alone are limited', async () => {
    const { ask, askTimes, server } = keyed({ requestsPerMinute: 1 })
    expect(await askTimes(2, 'good')).toEqual([200, 429])
    for (const url of ['/healthz', '/readyz'])
      for (let i = 0; i < 3; i++) {
        const answer = await ask('good', { url })
        expect([answer.status, answer.headers['x-ratelimit-limit']]).toEqual([200, undefined])
      }
    const page = await server.inject({ url: '/graphql', headers: { accept: 'text/html' } })
    expect(page.statusCode).toBe(200)
  })

  it('are any number by default', async () => {
    const { ask, askTimes } = keyed()
    expect(await askTimes(50, 'good')).toEqual(Array(50).fill(200))
    expect(await askTimes(50, 'bad')).toEqual(Array(50).fill(401))
    expect((await ask('good')).headers).not.toHaveProperty('x-ratelimit-limit')
  })
})

describe('the key that requests are counted by', () => {
  const key = (address: string, caller: { accountId: bigint; actor: string | null } | null = null) =>
    rateKey({
      ip: address,
      socket: { remoteAddress: '10.0.0.1' },
      caller: caller && { scope: { accountId: caller.accountId }, role: 'ADMIN', actor: caller.actor },
    } as FastifyRequest)

  it('is that of the caller, else the address', () => {
    expect(key('1.2.3.4', { accountId: 1n, actor: 'a' })).toBe('1:a')
    expect(key('1.2.3.4', { accountId: 2n, actor: 'a' })).toBe('2:a')
    expect(key('1.2.3.4', { accountId: 1n, actor: null })).toBe('from 1.2.3.4')
    expect(key('1.2.3.4')).toBe('from 1.2.3.4')
  })

  it('is one for a network of IPv6, and for both forms of an address of IPv4', () => {
    expect(key('2001:db8:1:2:3:4:5:6')).toBe(key('2001:db8:1:2:ffff::1'))
    expect(key('2001:db8:1:2::1')).not.toBe(key('2001:db8:1:3::1'))
    expect(key('::ffff:1.2.3.4')).toBe(key('1.2.3.4'))
  })

  it('is the address of the connection where a proxy tells none', () => {
    for (const text of ['unknown', 'x'.repeat(10_000), '', '1.2.3.4:5678'])
      expect(key(text)).toBe('from 10.0.0.1')
  })
})

describe('credentials that fail', () => {
  it('are soon not looked at any more, for a minute', async () => {
    setClock()
    const { ask, askTimes, asked } = keyed({ requestsPerMinute: 1000 })
    expect(await askTimes(32, 'bad')).toEqual([...Array(30).fill(401), 429, 429])
    vi.advanceTimersByTime(10_000)
    asked.length = 0
    const refused = await ask('another')
    expect([refused.status, refused.headers['retry-after'], refused.body.errors]).toEqual([
      429,
      '50',
      [
        {
          message: 'Too many failed attempts from this address: Retry-After says how many seconds to wait.',
          extensions: { code: 'TOO_MANY_REQUESTS' },
        },
      ],
    ])
    expect(asked).toEqual([])
    vi.advanceTimersByTime(50_001)
    expect(await askTimes(1, 'bad')).toEqual([401])
  })

  it('do not lock out good ones at another address, nor at the same where they were used before', async () => {
    const { askTimes } = keyed({ requestsPerMinute: 1000 })
    expect(await askTimes(1, 'good')).toEqual([200])
    expect(await askTimes(31, 'bad')).toEqual([...Array(30).fill(401), 429])
    expect(await askTimes(2, 'good')).toEqual([200, 200])
    expect(await askTimes(1, 'other')).toEqual([429]) // it could be a guess
    expect(await askTimes(1, 'other', { remoteAddress: '10.9.9.9' })).toEqual([200])
    expect(await askTimes(1, 'other')).toEqual([200])
  })

  it('count by the network, not by each of its addresses', async () => {
    const { askTimes } = keyed({ requestsPerMinute: 1000 })
    const statuses: number[] = []
    for (let i = 1; i <= 31; i++)
      statuses.push(...(await askTimes(1, 'bad', { remoteAddress: `2001:db8::${i}` })))
    expect(statuses).toEqual([...Array(30).fill(401), 429])
  })

  it('that once were good are guesses when they are so no more', async () => {
    let revoked = false
    const { askTimes } = keyed({
      requestsPerMinute: 1000,
      authenticate: () => {
        if (revoked) throw unauthenticated
        return { scope: database.scope, role: 'ADMIN', actor: 'good', name: 'good' }
      },
    })
    expect(await askTimes(1, 'good')).toEqual([200])
    revoked = true
    expect(await askTimes(32, 'good')).toEqual([...Array(30).fill(401), 429, 429])
  })

  it('are none where there are none, as in the first request of a browser', async () => {
    const { askTimes } = keyed({ requestsPerMinute: 1000 })
    expect(await askTimes(40, null)).toEqual(Array(40).fill(401))
    expect(await askTimes(1, 'good')).toEqual([200])
  })
})

describe('the address of a request', () => {
  const addresses = async (options: Options, headers: Record<string, string>, remoteAddress: string) => {
    const { ask, log } = keyed(options)
    await ask('good', { headers, remoteAddress })
    return log.filter(({ msg }) => msg === 'request').map(({ ip }) => ip)
  }
  const forwarded = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2' }

  it('is that of the connection, whatever it says of itself', async () => {
    expect(await addresses({}, forwarded, '10.0.0.1')).toEqual(['10.0.0.1'])
    expect(
      await addresses({ trustedProxies: ['10.0.0.2', '192.168.0.0/16'] }, forwarded, '10.0.0.1'),
    ).toEqual(['10.0.0.1'])
    const { server } = createTestGateway(database, { requestsPerMinute: 1 })
    const ask = async (address: string) =>
      (await server.inject({ url: '/graphql?query={__typename}', headers: { 'x-forwarded-for': address } }))
        .statusCode
    expect([await ask('1.1.1.1'), await ask('2.2.2.2')]).toEqual([200, 429])
  })

  it('is what the last proxy that is not trusted is, as those that are tell it', async () => {
    for (const [trustedProxies, address] of [
      [['10.0.0.1'], '2.2.2.2'],
      [['10.0.0.0/8'], '2.2.2.2'],
      [['10.0.0.0/8', '2.2.2.2'], '1.1.1.1'],
      [['10.0.0.0/8', '::1'], '2.2.2.2'],
    ] as const)
      expect(await addresses({ trustedProxies }, forwarded, '10.0.0.1')).toEqual([address])
    expect(await addresses({ trustedProxies: ['fd00::/8'] }, forwarded, 'fd12::1')).toEqual(['2.2.2.2'])
    expect(await addresses({ trustedProxies: ['10.0.0.0/8'] }, {}, '10.0.0.1')).toEqual(['10.0.0.1'])
  })

  it('is that of the connection where a trusted proxy tells no address', async () => {
    for (const text of ['unknown', '"><script>', 'x'.repeat(2000)])
      expect(
        await addresses({ trustedProxies: ['10.0.0.1'] }, { 'x-forwarded-for': text }, '10.0.0.1'),
      ).toEqual(['10.0.0.1'])
  })

  it('behind a trusted proxy is what failures count by', async () => {
    const { askTimes } = keyed({ requestsPerMinute: 1000, trustedProxies: ['127.0.0.1'] })
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
    expect(await askTimes(31, 'bad', from('1.1.1.1'))).toEqual([...Array(30).fill(401), 429])
    expect(await askTimes(1, 'bad', from('2.2.2.2'))).toEqual([401])
  })
})
