/** Random numbers that a seed determines (mulberry32). */
export function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    oneOf: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    chance: (p: number) => next() < p,
  }
}
type Random = ReturnType<typeof randomOf>

interface Draft {
  method: string
  target: string
  version: string
  headers: [name: string, value: string][]
  body: Buffer
  chunked: boolean
}

const documents = [
  '{ __typename }',
  '{ viewer { role account { id name } } }',
  '{ snapshots(first: 3) { nodes { id name state volume { id } } totalCount } }',
  'query Q($id: ID!) { node(id: $id) { id } }',
  'mutation { createSnapshot(input: { volumeId: "1v1", name: "x" }) { __typename } }',
  'mutation { updateVolume(input: { id: "1v1", name: "db" }) { __typename } }',
  'mutation { removeSnapshot(input: { id: "1s1" }) { __typename } }',
]
/** Of Rancher's dialect: a method, where to, and a body. */
const resources: [method: string, target: string, body: string][] = [
  ['GET', '/v1', ''],
  ['GET', '/v1/schemas', ''],
  ['GET', '/v1/snapshots?limit=3&sort=name&order=desc&name_like=%25a&marker=x&include=volume', ''],
  ['GET', '/v1/snapshots/1s1?include=volume&include=backups', ''],
  ['GET', '/v1/volumes/1v1/snapshots?sizeBytes_gt=5&created_lt=2026-01-01&uuid_prefix=a', ''],
  ['GET', '/v1/backups?transitioningProgress_lte=9999999999&removed_null=1', ''],
  ['GET', '/v1/projects/1a1/accounts', ''],
  ['POST', '/v1/snapshots', '{"volumeId":"1v1","name":"x"}'],
  ['POST', '/v1/snapshot?volumeId=1v1', ''],
  ['POST', '/v1/snapshots/1s1/?action=backup', '{}'],
  ['PUT', '/v1/volumes/1v1', '{"name":"db","description":null}'],
  ['DELETE', '/v1/snapshots/1s1', ''],
]
const methods = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'FETCH',
  'get',
  'PO ST',
  '',
  'PRI',
  'QUERY',
]
const targets = [
  '/',
  '/graphql',
  '/graphql/',
  '//graphql',
  '/healthz',
  '/readyz',
  '/graphql/assets/start.js',
  '/graphql/assets/..%2f',
  '/%',
  '/graphql?query=%',
  '/graphql?query={__typename}',
  '/graphql?query=%7Bviewer%7Brole%7D%7D&variables=[',
  '*',
  'http://x/graphql',
  'graphql',
  `/${'a'.repeat(5000)}`,
  '/graphql#x',
  '/gra\u0000phql',
  '/graphql?a=1&a=2&query=',
  '/v1/',
  '//v1//snapshots///1s1//',
  '/v1/snapshots/..%2f..%2f/1s1',
  '/v1/snapshots/%00',
  '/v1/snapshots/%',
  '/v1/__proto__/constructor/toString',
  '/v1/snapshots?__proto__=1&constructor_eq=2&_=3&=4&name_=5&_eq=6&name_like=%5C',
  '/v1/snapshots?created=275760-13-45&id_ne=1s0&sort=__proto__&limit=-9e99&order=&include=__proto__',
  `/v1/snapshots?${'name_like=%25%25%25%25&'.repeat(90)}`,
  `/v1/snapshots?${'state_ne=a&removed_null&'.repeat(200)}`,
  `/v1/snapshots?marker=${'WzEsInNuYXBzaG90Il0'.repeat(300)}`,
  '/v1?action=remove',
  '',
]
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=latin1',
  'application/graphql',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'json',
  ';',
  '',
  'APPLICATION/JSON',
  'application/json, text/html',
]
const names = [
  'Host',
  'Accept',
  'Accept-Encoding',
  'Content-Encoding',
  'Expect',
  'Upgrade',
  'Connection',
  'Transfer-Encoding',
  'Content-Length',
  'X-Request-Id',
  'Origin',
  'Cookie',
  'Authorization',
  'If-None-Match',
  'Range',
  'TE',
  'Trailer',
  'X Y',
  ':path',
  '__proto__',
  'Keep-Alive',
  'Accept-Version',
  '',
]
const values = [
  '*/*',
  'text/html',
  'application/graphql-response+json',
  'x',
  '',
  ' ',
  'chunked',
  'identity',
  'gzip',
  'gzip, chunked',
  '100-continue',
  'h2c',
  'websocket',
  'close',
  'keep-alive',
  '0',
  '-1',
  '1e3',
  '99999999999999999999',
  '5, 5',
  'a\u0000b',
  'ü',
  '\t',
  'x'.repeat(3000),
  '"',
  '{}',
  'null',
]

function draft(random: Random): Draft {
  if (random.chance(0.4)) {
    const [method, target, body] = random.oneOf(resources)
    const headers: Draft['headers'] = [['Host', 'x']]
    return {
      method,
      target,
      version: 'HTTP/1.1',
      headers,
      body: Buffer.from(body),
      chunked: random.chance(0.15),
    }
  }
  const query = random.oneOf(documents)
  const variables = random.oneOf([undefined, {}, { id: '1s1' }, { id: null }, { id: { a: [1] } }])
  if (random.chance(0.25))
    return {
      method: 'GET',
      target: `/graphql?query=${encodeURIComponent(query)}${variables ? `&variables=${encodeURIComponent(JSON.stringify(variables))}` : ''}`,
      version: 'HTTP/1.1',
      headers: [['Host', 'x']],
      body: Buffer.alloc(0),
      chunked: false,
    }
  return {
    method: 'POST',
    target: '/graphql',
    version: 'HTTP/1.1',
    headers: [
      ['Host', 'x'],
      ['Content-Type', 'application/json'],
    ],
    body: Buffer.from(JSON.stringify({ query, variables })),
    chunked: random.chance(0.15),
  }
}

const bodies = [
  '',
  '[]',
  'null',
  '7',
  '"x"',
  '{}',
  '{"query":7}',
  '{"query":{}}',
  `{"query":"${'{a'.repeat(500)}"}`,
  '{"query":"{ __typename }","variables":[[]]}',
  '['.repeat(5000),
  `{"a":"${'x'.repeat(200_000)}"}`,
]
const versions = ['HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.', 'http/1.1', '', 'X']

/** What of a request is made another before it is written. */
const changes: ((draft: Draft, random: Random) => Partial<Draft>)[] = [
  (_, r) => ({ method: r.oneOf(methods) }),
  (_, r) => ({ target: r.oneOf(targets) }),
  (_, r) => ({ version: r.oneOf(versions) }),
  ({ headers }, r) => ({ headers: [...headers, [r.oneOf(names), r.oneOf(values)]] }),
  ({ headers }, r) => ({ headers: [...headers, ['Content-Type', r.oneOf(types)]] }),
  ({ headers }, r) => ({
    headers: headers.map(([n, v]) => (n === 'Content-Type' ? [n, r.oneOf(types)] : [n, v])),
  }),
  ({ headers }, r) => ({ headers: headers.filter((_, n) => n !== r.below(headers.length)) }),
  ({ headers }, r) => ({
    headers: [
      ...headers,
      ...Array.from({ length: r.below(300) }, (_, n): [string, string] => [`X-${n}`, 'y']),
    ],
  }),
  ({ body }, r) => ({ body: flip(body, r) }),
  ({ body }, r) => ({ body: body.subarray(0, r.below(body.length + 1)) }),
  ({ body }, r) => ({ body: Buffer.concat([body, body.subarray(r.below(body.length + 1))]) }),
  (_, r) => ({ body: Buffer.from(r.oneOf(bodies)) }),
]

function flip(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes)
  for (let n = 1 + random.below(4); n > 0 && copy.length > 0; n--)
    copy[random.below(copy.length)] = random.below(256)
  return copy
}

function write(d: Draft, random: Random): Buffer {
  const headers = [...d.headers]
  let body = d.body
  if (d.chunked) {
    headers.push(['Transfer-Encoding', 'chunked'])
    const at = random.below(body.length + 1)
    const piece = (part: Buffer) =>
      part.length === 0 ? [] : [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]
    body = Buffer.concat([
      ...piece(body.subarray(0, at)),
      ...piece(body.subarray(at)),
      Buffer.from('0\r\n\r\n'),
    ])
  } else if (d.method !== 'GET' || random.chance(0.1)) {
    const lie = random.chance(0.06) ? random.oneOf([-3, 3, 1000, -body.length]) : 0
    headers.push(['Content-Length', String(Math.max(0, body.length + lie))])
  }
  const head = `${d.method} ${d.target} ${d.version}\r\n${headers.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** A request, or several behind each other, as bytes: from sound to senseless. */
export function mutatedRequest(random: Random): Buffer {
  const one = () => {
    const d = draft(random)
    for (let n = random.below(4); n > 0; n--) Object.assign(d, random.oneOf(changes)(d, random))
    const bytes = write(d, random)
    return random.chance(0.12) ? flip(bytes, random) : bytes
  }
  const bytes = random.chance(0.1) ? Buffer.concat(Array.from({ length: 2 + random.below(5) }, one)) : one()
  return random.chance(0.07) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes
}
