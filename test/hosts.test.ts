import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHostFilter, hostOf } from '../src/http/hosts.ts'

/** What a browser that opens it asks a name server for, or connects to. */
const inBrowser = (authority: string) => {
  const url = `http://${authority}/`
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : null
}
const isLoopback = (host: string | null) =>
  host !== null &&
  (host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    host.startsWith('[::ffff:7f') ||
    (isIPv4(host) && host.startsWith('127.')))

describe('the host of a Host header', () => {
  it.each([
    ['localhost', 'localhost'],
    ['LocalHost:4000', 'localhost'],
    ['localhost.', 'localhost'],
    ['localhost:', 'localhost'],
    ['a_b.Example.ORG.:80', 'a_b.example.org'],
    ['127.0.0.1:4000', '127.0.0.1'],
    ['[::1]:4000', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[::FFFF:127.0.0.1]', '[::ffff:7f00:1]'],
  ])('%s is %s', (authority, host) => expect(hostOf(authority)).toBe(host))

  it.each([
    '',
    ':4000',
    '.',
    '..localhost',
    'localhost..',
    'user@localhost',
    'localhost@evil.example',
    'localhost:4000@evil.example',
    'evil.example#localhost',
    'evil.example/localhost',
    'localhost:x',
    'localhost localhost',
    'localhost,evil.example',
    'localhost%2eevil.example',
    'ｌocalhost',
    '::1',
    '[::1',
    '[::1]evil.example',
    '[::1%25eth0]',
    '[1::2::3]',
    'x'.repeat(301),
  ])('%j is none', (authority) => expect(hostOf(authority)).toBeNull())

  it('is what a browser makes of it', () => {
    const name = fc.domain().map((domain) => domain.replace(/^\d+$/, 'a'))
    const host = fc.oneof(
      name,
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
    )
    const spelled = fc
      .tuple(host, fc.boolean(), fc.option(fc.nat(65_535)))
      .map(([text, upper, port]) => (upper ? text.toUpperCase() : text) + (port === null ? '' : `:${port}`))
    fc.assert(
      fc.property(spelled, (authority) => {
        expect(hostOf(authority)).toBe(inBrowser(authority))
      }),
      { numRuns: 1000 },
    )
  })

  it('is this machine for nothing that leads a browser elsewhere', () => {
    const isOurs = createHostFilter([])
    const piece = fc.oneof(
      fc.constantFrom('localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'evil.example', '10.0.0.1'),
      fc.constantFrom(
        '.',
        ':',
        '@',
        '/',
        '\\',
        '#',
        '?',
        '%',
        '%2e',
        ' ',
        '\t',
        '-',
        '_',
        ',',
        '4000',
        '[',
        ']',
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    )
    const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''))
    let taken = 0
    fc.assert(
      fc.property(text, (authority) => {
        const host = hostOf(authority)
        if (host === null || !isOurs(host)) return
        taken++
        expect([authority, isLoopback(inBrowser(authority))]).toEqual([authority, true])
        expect(hostOf(host)).toBe(host)
      }),
      { numRuns: 5000 },
    )
    expect(taken).toBeGreaterThan(50)
  })
})

describe('the hosts that are ours', () => {
  const isOurs = createHostFilter(['gateway.example.org', '.lan.example', '10.0.0.5', '[fd00::5]'])
  it.each([
    ...['localhost', 'gateway.localhost', '127.0.0.1', '127.1.2.3', '[::1]', '[::ffff:7f00:1]'],
    ...['gateway.example.org', 'lan.example', 'a.lan.example', 'a.b.lan.example', '10.0.0.5', '[fd00::5]'],
  ])('include %s', (host) => expect(isOurs(host)).toBe(true))
  it.each([
    ...[
      'evil.example',
      'localhost.evil.example',
      'notlocalhost',
      '127.0.0.1.evil.example',
      '127.evil.example',
    ],
    ...['128.0.0.1', '0.0.0.0', '[::]', '[::2]', '[::ffff:a00:1]', '[fd00::6]', '10.0.0.50'],
    ...['example.org', 'x.gateway.example.org', 'evillan.example', 'lan.example.evil.example'],
  ])('do not include %s', (host) => expect(isOurs(host)).toBe(false))
})
