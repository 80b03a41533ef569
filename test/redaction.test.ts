import { DrizzleQueryError } from 'drizzle-orm/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passwordsOf } from '../src/logging/passwords-of.ts'
import { recordLog } from './support/log-lines.ts'

const secret = 'Tr0ub4dor-and-3'

/** What the log has of fields and a message. */
function logged(fields: object, message = 'x', secrets: string[] = []): string {
  const { log, text } = recordLog({ secrets })
  log.info(fields, message)
  JSON.parse(text()) // still one line of JSON
  return text()
}

describe('a line of the log has no', () => {
  it.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'password',
    'secret',
    'secretKey',
    'token',
    'apiKey',
    'DATABASE_URL',
  ])('%s, however deep', (name) => {
    for (const value of [secret, `"${secret}"`, [secret, `b\\"${secret}`]])
      for (const fields of [
        { [name]: value },
        { req: { headers: { [name]: value } } },
        { a: [{ [name]: value }] },
      ]) {
        expect(logged(fields)).not.toContain(secret)
        expect(logged(fields)).toContain('[redacted]')
      }
  })

  it.each([
    ['the password of a URL', `cannot connect to postgres://user:${secret}@db.example:5432/x`],
    ['one that should have been escaped', `postgres://user:12/a@b?${secret}@db.example/x`],
    ['the password of a URL without a user', `redis://:${secret}@cache/0`],
    ['basic credentials', `header Authorization: Basic ${Buffer.from(`u:${secret}`).toString('base64')}`],
    ['a bearer token', `curl -H "Authorization: Bearer ${secret}"`],
    ['a JSON Web Token', `the token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI${secret}.c2lnbmF0dXJl is expired`],
    ['the variables of a GET', `Reply was already sent in "/graphql?query={a}&variables={"p":"${secret}"}"`],
  ])('%s in a message', (_, message) => {
    for (const line of [
      logged({}, message),
      logged({ note: message }),
      logged({ err: new Error(message) }),
    ]) {
      expect(line).toContain('[redacted]')
      expect(line).not.toContain(message.includes('Basic') ? Buffer.from(secret).toString('base64') : secret)
    }
  })

  it('secret that it was told of, whatever is in it', () => {
    const awkward = fc.string({ minLength: 12, unit: 'binary' })
    fc.assert(
      fc.property(awkward, fc.string(), (password, around) => {
        const line = JSON.parse(logged({ note: `${around}${password}${around}` }, password, [password]))
        expect(line.msg).toBe('[redacted]')
        expect(line.note).not.toContain(password)
      }),
    )
  })

  it('parameters of a statement, nor what the database quotes of them', () => {
    const cause = Object.assign(
      new Error('duplicate key value violates unique constraint "volume_live_name"'),
      {
        code: '23505',
        detail: `Key (account_id, name)=(1, ${secret}) already exists.`,
        where: secret,
        query: secret,
        parameters: [secret],
        constraint_name: 'volume_live_name',
      },
    )
    const error = new DrizzleQueryError('insert into volume values ($1)', [secret], cause)
    const line = logged({ err: error })
    expect(line).not.toContain(secret)
    expect(JSON.parse(line).err).toMatchObject({
      type: 'DrizzleQueryError',
      message: 'Failed query: insert into volume values ($1)',
      stack: expect.stringMatching(/^Error: Failed query: insert into volume values \(\$1\)\n {4}at /),
      cause: { message: cause.message, code: '23505', constraint_name: 'volume_live_name' },
    })
  })

  it('properties of an error that may hold anything: a URL, the head of a request', () => {
    const badUrl = (() => {
      try {
        return new URL(`postgres://user:${secret}@[bad/x`)
      } catch (error) {
        return error as Error
      }
    })()
    expect(badUrl).toHaveProperty('input')
    const unreadable = Object.assign(new Error('Parse Error'), {
      rawPacket: Buffer.from(secret),
      code: 'HPE_X',
    })
    const all = new AggregateError([badUrl, unreadable], 'both', { cause: badUrl })
    for (const err of [badUrl, unreadable, all]) expect(logged({ err })).not.toContain(secret)
    expect(JSON.parse(logged({ err: all })).err).toMatchObject({
      message: 'both',
      errors: [{ code: 'ERR_INVALID_URL' }, { code: 'HPE_X' }],
    })
  })
})

it('an error has its causes, as deep as makes sense', () => {
  const loop = new Error('loop')
  loop.cause = loop
  expect(JSON.parse(logged({ err: loop })).err.cause.cause.message).toBe('loop')
  expect(JSON.parse(logged({ err: 'a text' })).err).toBe('a text')
})

it('stays a line of JSON, whatever it was', () => {
  const parts = [
    '"',
    '\\',
    '\n',
    '\0',
    '\ud800',
    '://',
    ':',
    '@',
    'Basic ',
    '?query=',
    '&',
    'password',
    '":"',
    'eyJa.b.c',
    ' ',
    '[',
  ]
  const text = fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary' })))
    .map((list) => list.join(''))
  fc.assert(
    fc.property(text, text, (message, value) => {
      const fields = { password: value, note: value, [value]: [message], err: new Error(value) }
      expect(JSON.parse(logged(fields, message)).password).toBe('[redacted]')
    }),
    { examples: [['a', 'b']] },
  )
})

it('what is no secret stays', () => {
  const checksum = `sha256:${'ab'.repeat(32)}`
  const url = 'http://127.0.0.1:4000/graphql'
  const line = JSON.parse(logged({ checksum, url, id: '1s1', path: 'a@b' }, 'ready: open it'))
  expect(line).toMatchObject({ checksum, url, id: '1s1', path: 'a@b', msg: 'ready: open it' })
})

it.each([
  ['postgres://u:p%40ss@h/x', ['p%40ss', 'p@ss']],
  ['postgres://u:plain@h/x', ['plain']],
  ['postgres://u:100%@h/x', ['100%']],
  ['postgres://u@h/x', []],
  [null, []],
])('the passwords of %s', (url, expected) => {
  expect(passwordsOf(url)).toEqual(expected)
})
