import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  base64url,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authenticateTokens } from '../src/auth/jwt/authenticate-tokens.ts'
import type { KeySetPlace, KeySetTiming } from '../src/auth/jwt/key-set.ts'
import { startAuthentication } from '../src/auth/start-authentication.ts'
import { createServer as createGateway } from '../src/http/server.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { anyStorage } from './support/gateway.ts'
import { temporaryDirectory } from './support/storage.ts'

const database = await createTestDatabase()
await database.client`insert into account (name, volumes_root) values ('other', 'tenants/other')`
const [first, other] = (await database.client`select uuid from account order by id`).map((row) =>
  String(row.uuid),
)

const issuer = 'https://id.example.org/'
const audience = 'snapshot-gateway'
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const claims = (changes: Record<string, unknown> = {}): JWTPayload => ({
  iss: issuer,
  aud: audience,
  exp: inAnHour(),
  sub: 'user-1',
  account: first,
  role: 'OPERATOR',
  ...changes,
})

interface Signer {
  privateKey: CryptoKey
  publicKey: CryptoKey
  /** As the key set has it. */
  jwk: JWK
  alg: string
}
async function makeSigner(kid: string, alg = 'ES256'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, publicKey, alg, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}
const sign = ({ privateKey, jwk, alg }: Signer, payload = claims(), header = {}) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg, ...(jwk.kid !== undefined && { kid: jwk.kid }), ...header })
    .sign(privateKey)

const signer = await makeSigner('one')
const stranger = await makeSigner('one')

/** A provider's key set on a web server; what it answers can be changed. */
async function startProvider(keys: JWK[]) {
  const provider = { keys, status: 200, fetched: 0, url: '' }
  const server = createServer((_, response) => {
    provider.fetched += 1
    response.writeHead(provider.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: provider.keys }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
  return provider
}

async function keyFile(content: unknown = { keys: [signer.jwk] }): Promise<string> {
  const path = join(temporaryDirectory(), 'jwks.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** A web server behind tokens, and what it logs. */
async function serve(jwks: KeySetPlace, timing?: KeySetTiming) {
  const logged: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) })
  const options = { jwks, issuer, audience }
  const { authenticate } = timing
    ? { authenticate: await authenticateTokens(options, { database, log, timing }) }
    : await startAuthentication({ mode: 'jwt', ...options }, { database, log })
  const handles = { storage: anyStorage, operationDeadline: 60, events: database.events }
  const server = createGateway({ log, handles, authenticate, isReady: async () => true })
  onTestFinished(() => server.close())
  const ask = (authorization: string | undefined, query = '{ viewer { role account { id } } }') =>
    server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query },
      headers: { 'x-request-id': 'my-id', ...(authorization !== undefined && { authorization }) },
    })
  const status = async (token: string) => (await ask(`Bearer ${token}`, '{ __typename }')).statusCode
  return { ask, status, logged, authenticate }
}

describe('a token', () => {
  it('lets in, with the role and the account that it names', async () => {
    const { ask, authenticate } = await serve({ file: await keyFile() })
    for (const [account, role, id] of [
      [first, 'ADMIN', '1a1'],
      [other, 'VIEWER', '1a2'],
      [other?.toUpperCase(), 'OPERATOR', '1a2'],
    ]) {
      const response = await ask(`Bearer ${await sign(signer, claims({ account, role }))}`)
      expect([response.statusCode, response.json()]).toEqual([
        200,
        { data: { viewer: { role, account: { id } } } },
      ])
    }
    const authorization = `bearer ${await sign(signer, claims({ account: other }))}`
    const caller = await authenticate({ headers: { authorization } })
    expect([caller.actor, caller.scope.volumesRoot]).toEqual(['user-1', 'tenants/other'])
    const actorOf = async (sub: string | undefined) => {
      const token = await sign(signer, claims({ sub }))
      return (await authenticate({ headers: { authorization: `Bearer ${token}` } })).actor
    }
    expect(await actorOf(undefined)).toBeNull()
    expect(await actorOf('x'.repeat(5000))).toBe('x'.repeat(200))
  })

  it.each(['RS256', 'PS256', 'ES384', 'Ed25519', 'EdDSA'])('may be signed by %s', async (alg) => {
    const other = await makeSigner('other', alg)
    const { status } = await serve({ file: await keyFile({ keys: [signer.jwk, other.jwk] }) })
    expect(await status(await sign(other))).toBe(200)
  })

  it('may be one second too old or too early, and have several audiences', async () => {
    const { status } = await serve({ file: await keyFile() })
    const now = Math.floor(Date.now() / 1000)
    expect(
      await status(await sign(signer, claims({ exp: now - 1, nbf: now + 1, aud: ['x', audience] }))),
    ).toBe(200)
  })

  it('need not name its key, where several would do', async () => {
    const [one, two] = [await makeSigner('one'), await makeSigner('two')]
    for (const each of [one, two, stranger]) each.jwk = { ...each.jwk, kid: undefined as never }
    const { status } = await serve({ file: await keyFile({ keys: [one.jwk, two.jwk] }) })
    expect([await status(await sign(one)), await status(await sign(two))]).toEqual([200, 200])
    expect(await status(await sign({ ...stranger, jwk: one.jwk }))).toBe(401)
    expect(await status(await sign(two, claims({ exp: 1 })))).toBe(401)
  })

  it('costs one statement for many requests of its account', async () => {
    const { status } = await serve({ file: await keyFile() })
    const before = database.statements.length
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, n) => sign(signer, claims({ sub: `user-${n}` }))),
    )
    expect(new Set(await Promise.all(tokens.map(status)))).toEqual(new Set([200]))
    expect(database.statements.length - before).toBe(1)
  })
})

describe('a token is refused', () => {
  const secret = async () => new TextEncoder().encode(await exportSPKI(signer.publicKey))
  const now = () => Math.floor(Date.now() / 1000)
  it.each<[string, () => Promise<string> | string]>([
    ['of another issuer', () => sign(signer, claims({ iss: 'https://evil.example' }))],
    ['of no issuer', () => sign(signer, claims({ iss: undefined }))],
    ['for another audience', () => sign(signer, claims({ aud: 'other' }))],
    ['for no audience', () => sign(signer, claims({ aud: undefined }))],
    ['that has expired', () => sign(signer, claims({ exp: now() - 60 }))],
    ['that never expires', () => sign(signer, claims({ exp: undefined }))],
    ['whose end is a text', () => sign(signer, claims({ exp: String(inAnHour()) }))],
    ['that is not in force yet', () => sign(signer, claims({ nbf: now() + 60 }))],
    ['of an unknown account', () => sign(signer, claims({ account: crypto.randomUUID() }))],
    ['of an account by its id', () => sign(signer, claims({ account: '1a1' }))],
    ['of a list of accounts', () => sign(signer, claims({ account: [first] }))],
    ['of no account', () => sign(signer, claims({ account: undefined }))],
    ['without a role', () => sign(signer, claims({ role: undefined }))],
    ['with an unknown role', () => sign(signer, claims({ role: 'ROOT' }))],
    ['with a role in small letters', () => sign(signer, claims({ role: 'admin' }))],
    ['with a role that every object has', () => sign(signer, claims({ role: 'constructor' }))],
    ['with several roles', () => sign(signer, claims({ role: ['ADMIN'] }))],
    ['signed with another key', () => sign(stranger)],
    ['signed with a key that the set does not have', async () => sign(await makeSigner('two'))],
    [
      'signed with a key that it brings along',
      async () => {
        const own = await makeSigner('own')
        return sign({ ...own, jwk: {} }, claims(), { jwk: own.jwk })
      },
    ],
    ['that is not signed', () => new UnsecuredJWT(claims()).encode()],
    [
      'whose algorithm is none, with a key',
      async () => {
        const [, payload] = (await sign(signer)).split('.')
        return `${base64url.encode(JSON.stringify({ alg: 'none', kid: 'one' }))}.${payload}.`
      },
    ],
    [
      'signed with the public key as a secret',
      async () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(await secret()),
    ],
    [
      'changed after it was signed',
      async () => {
        const [header, , signature] = (await sign(signer)).split('.')
        return `${header}.${base64url.encode(JSON.stringify(claims({ role: 'ADMIN' })))}.${signature}`
      },
    ],
    [
      'that asks for an extension',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 })
          .sign(signer.privateKey, { crit: { x: true } }),
    ],
    ['that is no token', () => 'abc'],
    ['that has two parts', () => 'e30.e30'],
    ['that is an API key', () => `${'0'.repeat(20)}:${'a'.repeat(43)}`],
  ])('%s', async (_, makeToken) => {
    const { ask, logged } = await serve({ file: await keyFile() })
    const token = await makeToken()
    const response = await ask(`Bearer ${token}`)
    expect([response.statusCode, response.json(), response.headers['www-authenticate']]).toEqual([
      401,
      {
        errors: [
          {
            message: 'A valid token is needed, as Authorization: Bearer (in GraphiQL: under Headers).',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
        extensions: { requestId: 'my-id' },
      },
      'Bearer realm="snapshot-gateway", error="invalid_token"',
    ])
    expect(logged).toMatchObject([
      { msg: 'a credential was refused', reason: expect.any(String) },
      { status: 401 },
    ])
    expect(JSON.stringify(logged)).not.toContain(token)
  })

  it('that is not there, or is no Bearer', async () => {
    const { ask, logged } = await serve({ file: await keyFile() })
    const nothing = await ask(undefined)
    expect([nothing.statusCode, nothing.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="snapshot-gateway"',
    ])
    expect(logged).toMatchObject([{ msg: 'request' }])
    const header = Buffer.from(`x:${await sign(signer)}`).toString('base64')
    expect((await ask(`Basic ${header}`)).statusCode).toBe(401)
  })

  it('whatever is in it, and the gateway never fails by it', async () => {
    const { status } = await serve({ file: await keyFile() })
    const parts = (await sign(signer)).split('.')
    const json = fc.json().map((text) => base64url.encode(text))
    const junk = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
    })
    const header = fc
      .record(
        {
          alg: fc.constantFrom('ES256', 'RS256', 'none', 'HS256', 5, null),
          kid: fc.anything(),
          crit: fc.anything(),
          b64: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map((value) =>
        base64url.encode(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? 0 : each)) ?? ''),
      )
    const part = (own: string | undefined) => fc.oneof(json, junk, header, fc.constant(own ?? ''))
    const token = fc.oneof(
      junk,
      fc.array(junk, { maxLength: 6 }).map((texts) => texts.join('.')),
      fc
        .tuple(part(parts[0]), part(parts[1]), part(parts[2]))
        .filter((texts) => texts.join() !== parts.join())
        .map((texts) => texts.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        expect(await status(text)).toBe(401)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the key set', () => {
  it('is fetched once from its URL, and again for a key that is new', async () => {
    const provider = await startProvider([signer.jwk])
    const { status, logged } = await serve({ url: provider.url }, { file: 10, url: 0 })
    const token = await sign(signer)
    expect(await Promise.all(Array.from({ length: 5 }, () => status(token)))).toEqual(Array(5).fill(200))
    expect(provider.fetched).toBe(1)
    const next = await makeSigner('next')
    provider.keys = [next.jwk]
    expect(await status(await sign(next))).toBe(200)
    expect(provider.fetched).toBe(2)
    expect(await status(token)).toBe(401) // its key is no longer in the set
    expect(logged[0]).toMatchObject({ level: 40, msg: expect.stringContaining('JWT_JWKS is not https') })
  })

  it('is not fetched for each token with an unknown key', async () => {
    const provider = await startProvider([signer.jwk])
    const { status } = await serve({ url: provider.url })
    const unknown = await sign(await makeSigner('unknown'))
    for (let n = 0; n < 5; n++) expect(await status(unknown)).toBe(401)
    expect(provider.fetched).toBe(1)
  })

  it.each([
    ['fails', { status: 500 }],
    ['leads elsewhere', { status: 302 }],
    ['is none', { keys: 'x' as never }],
  ])('that %s is UNAVAILABLE, and used as soon as it can be', async (_, fault) => {
    const provider = await startProvider([signer.jwk])
    Object.assign(provider, fault)
    const { ask, status, logged } = await serve({ url: provider.url })
    const warning = 'JWT_JWKS cannot be had: until it can, requests are answered UNAVAILABLE'
    await eventually(() => expect(logged.map(({ msg }) => msg)).toContain(warning))
    const token = await sign(signer)
    const response = await ask(`Bearer ${token}`)
    expect([response.statusCode, response.headers['retry-after'], response.json()]).toMatchObject([
      503,
      '5',
      { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    ])
    expect(response.body).not.toContain('127.0.0.1')
    Object.assign(provider, { status: 200, keys: [signer.jwk] })
    expect(await status(token)).toBe(200)
  })

  it('that nobody serves is UNAVAILABLE', async () => {
    const { status } = await serve({ url: 'http://127.0.0.1:1/jwks.json' })
    expect(await status(await sign(signer))).toBe(503)
    expect(await status('abc')).toBe(401) // what is no token needs no key
  })

  it('of a file is read again when it changes', async () => {
    const file = await keyFile()
    const { status } = await serve({ file }, { file: 0.05, url: 30 })
    const [token, next] = [await sign(signer), await makeSigner('next')]
    expect(await status(token)).toBe(200)
    await writeFile(`${file}.new`, JSON.stringify({ keys: [next.jwk] }))
    await rename(`${file}.new`, file)
    await eventually(async () => expect(await status(await sign(next))).toBe(200))
    expect(await status(token)).toBe(401)
    await writeFile(file, '{')
    await eventually(async () => expect(await status(await sign(next))).toBe(503))
  })

  it.each([
    ['that is not there', '/nowhere/jwks.json', 'ENOENT'],
    ['that is no JSON', '{', 'it is no JSON Web Key Set'],
    ['that has no keys', '{}', 'it is no JSON Web Key Set'],
  ])('of a file %s stops the start', async (_, content, reason) => {
    const file = content.startsWith('/') ? content : await keyFile(content)
    await expect(serve({ file })).rejects.toThrow(`JWT_JWKS: ${file} cannot be used: `)
    await expect(serve({ file })).rejects.toThrow(reason)
  })

  it('does not take a secret, or a private key, for a public one', async () => {
    const oct = {
      kty: 'oct',
      k: base64url.encode('secret-secret-secret-secret-secret'),
      kid: 'one',
      alg: 'HS256',
    }
    const secret = new TextEncoder().encode('secret-secret-secret-secret-secret')
    const { status } = await serve({ file: await keyFile({ keys: [oct] }) })
    expect(
      await status(await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret)),
    ).toBe(401)
    const shown = { ...(await exportJWK(signer.privateKey)), kid: 'one', alg: 'ES256' }
    expect(await (await serve({ file: await keyFile({ keys: [shown] }) })).status(await sign(signer))).toBe(
      503,
    )
  })
})
