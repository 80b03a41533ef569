import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../src/config/load-config.ts'
import { variables } from '../src/config/variables.ts'
import { createHostFilter, hostOf } from '../src/http/hosts.ts'

const load = (env: Record<string, string> = {}) => loadConfig(env, '/srv')
const problems = (env: Record<string, string>): readonly string[] => {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('of an empty environment', () => {
    const expected = {
      http: {
        host: '127.0.0.1',
        port: 4000,
        metricsPort: null,
        metricsHosts: [],
        corsOrigins: [],
        allowedHosts: [],
        trustedProxies: [],
        requestsPerMinute: 0,
        maxBody: 2 ** 20,
        rancherV1: true,
        requestTimeout: 30,
      },
      auth: { mode: 'none' },
      graphql: {
        limits: { tokens: 5000, depth: 50, aliases: 100, directives: 50, cost: 50_000 },
        introspection: true,
        trustedDocuments: null,
      },
      database: { url: null, pool: 10, statementTimeout: 5, embeddedUser: null },
      storage: {
        dataDir: '/srv/data',
        volumesDir: '/srv/data/volumes',
        volumesDirIsDefault: true,
        snapshotsDir: '/srv/data/snapshots',
        backupsDir: '/srv/data/backups',
        minFreeBytes: 2 ** 30,
      },
      worker: { enabled: true, concurrency: 2, operationDeadline: 21_600, eventRetention: 2_592_000 },
      logLevel: 'info',
      shutdownTimeout: 10,
    }
    expect(load()).toEqual(expected)
    const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']))
    expect(load(empty)).toEqual(expected)
  })

  it('of a full one', () => {
    const config = load({
      HOST: '::1',
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: 'postgres://u:p@db:5432/x',
      DATABASE_POOL: '50',
      STATEMENT_TIMEOUT: '500ms',
      DATA_DIR: '/var/data/',
      EMBEDDED_USER: 'pg',
      VOLUMES_DIR: 'volumes',
      BACKUP_TARGET: 'file:///mnt/with%20space',
      WORKER: 'off',
      WORKER_CONCURRENCY: '8',
      AUTH: 'jwt',
      JWT_JWKS: 'keys/jwks.json',
      JWT_ISSUER: 'https://id.example.org/',
      JWT_AUDIENCE: 'snapshot-gateway',
      LOG_LEVEL: 'debug',
      CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      ALLOWED_HOSTS: 'Gateway.example.org., .lan.example, fd00:0::5, [::2], 10.0.0.5',
      TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16, fd00::/8',
      RATE_LIMIT: '600',
      MAX_BODY: '64KiB',
      MAX_TOKENS: '20000',
      MAX_DEPTH: '20',
      MAX_ALIASES: '0',
      MAX_DIRECTIVES: '7',
      MAX_COST: '1000000',
      INTROSPECTION: 'off',
      TRUSTED_DOCUMENTS: 'documents',
      RANCHER_V1: 'on',
      OPERATION_DEADLINE: '2d',
      EVENT_RETENTION: '7d',
      REQUEST_TIMEOUT: '1m',
      SHUTDOWN_TIMEOUT: '30s',
      MIN_FREE_BYTES: '500MiB',
    })
    expect(config).toEqual({
      http: {
        host: '::1',
        port: 0,
        metricsPort: 0,
        metricsHosts: ['gateway.example.org', '.lan.example', '[fd00::5]', '[::2]', '10.0.0.5'],
        corsOrigins: ['https://a.example', 'http://localhost:3000'],
        allowedHosts: ['gateway.example.org', '.lan.example', '[fd00::5]', '[::2]', '10.0.0.5'],
        trustedProxies: ['10.0.0.1', '192.168.0.0/16', 'fd00::/8'],
        requestsPerMinute: 600,
        maxBody: 65_536,
        rancherV1: true,
        requestTimeout: 60,
      },
      auth: {
        mode: 'jwt',
        jwks: { file: '/srv/keys/jwks.json' },
        issuer: 'https://id.example.org/',
        audience: 'snapshot-gateway',
      },
      graphql: {
        limits: { tokens: 20_000, depth: 20, aliases: 0, directives: 7, cost: 1_000_000 },
        introspection: false,
        trustedDocuments: '/srv/documents',
      },
      database: { url: 'postgres://u:p@db:5432/x', pool: 50, statementTimeout: 0.5, embeddedUser: 'pg' },
      storage: {
        dataDir: '/var/data',
        volumesDir: '/srv/volumes',
        volumesDirIsDefault: false,
        snapshotsDir: '/var/data/snapshots',
        backupsDir: '/mnt/with space',
        minFreeBytes: 500 * 2 ** 20,
      },
      worker: { enabled: false, concurrency: 8, operationDeadline: 172_800, eventRetention: 604_800 },
      logLevel: 'debug',
      shutdownTimeout: 30,
    })
  })

  it('is frozen, all the way down', () => {
    const config = load()
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError)
    expect(() => Object.assign(config, { logLevel: 'x' })).toThrow(TypeError)
  })

  it('tells every problem at once, and no password', () => {
    expect(
      problems({
        PORT: '65536',
        DATABASE_URL: 'mysql://root:secret@db/x',
        DATABASE_POOL: '1',
        STATEMENT_TIMEOUT: '5',
        BACKUP_TARGET: 's3://bucket',
        WORKER: 'yes',
        AUTH: 'jwt',
        JWT_JWKS: 'https://user:secret@id.example.org/jwks.json',
        JWT_AUDIENCE: '',
        LOG_LEVEL: 'loud',
        CORS_ORIGINS: 'https://a.example/path,*',
        ALLOWED_HOSTS: '*,',
        TRUSTED_PROXIES: 'all,10.0.0.0/33',
        RATE_LIMIT: 'lots',
        MAX_BODY: '1023B',
        MIN_FREE_BYTES: '1GB',
        OPERATION_DEADLINE: '31d',
        MAX_TOKENS: '0',
        MAX_DEPTH: 'off',
        MAX_ALIASES: '-1',
        MAX_COST: '999',
        INTROSPECTION: 'no',
      }),
    ).toEqual([
      'PORT=65536: must be from 0 to 65535',
      'DATABASE_URL=…: must be a URL such as postgres://user:password@host:5432/database',
      'DATABASE_POOL=1: must be from 2 to 1000',
      'STATEMENT_TIMEOUT=5: must be a duration such as 500ms, 30s, 5m or 6h',
      'BACKUP_TARGET=s3://bucket: must be file:///absolute/path; other targets are not available',
      'WORKER=yes: must be on or off',
      'JWT_JWKS=…: must be a URL such as https://id.example.org/jwks.json, without a user, or the path of a file',
      'LOG_LEVEL=loud: must be one of fatal, error, warn, info, debug, trace, silent',
      'CORS_ORIGINS=https://a.example/path,*: must be origins such as https://console.example.org, separated by commas; https://a.example/path is none',
      'CORS_ORIGINS=https://a.example/path,*: must be origins such as https://console.example.org, separated by commas; * is none',
      'ALLOWED_HOSTS=*,: must be hosts without scheme and port, such as gateway.example.org, 10.0.0.5 or .example.org, separated by commas; * is none',
      'ALLOWED_HOSTS=*,: must be hosts without scheme and port, such as gateway.example.org, 10.0.0.5 or .example.org, separated by commas; an empty one is none',
      'TRUSTED_PROXIES=all,10.0.0.0/33: must be addresses or networks such as 10.0.0.5 or 10.0.0.0/8, separated by commas; all is none',
      'TRUSTED_PROXIES=all,10.0.0.0/33: must be addresses or networks such as 10.0.0.5 or 10.0.0.0/8, separated by commas; 10.0.0.0/33 is none',
      'RATE_LIMIT=lots: must be a whole number from 0 to 100000000',
      'MAX_BODY=1023B: must be from 1KiB to 100MiB',
      'MAX_TOKENS=0: must be from 100 to 100000',
      'MAX_DEPTH=off: must be a whole number from 10 to 500',
      'MAX_ALIASES=-1: must be a whole number from 0 to 100000',
      'MAX_COST=999: must be from 1000 to 1000000000',
      'INTROSPECTION=no: must be on or off',
      'OPERATION_DEADLINE=31d: must be from 1s to 30d',
      'MIN_FREE_BYTES=1GB: must be a size such as 500MiB or 1GiB',
      'JWT_ISSUER: must be set where AUTH=jwt',
      'JWT_AUDIENCE: must be set where AUTH=jwt',
    ])
  })

  it.each([
    'http://a.example',
    'a.example:80',
    'a.example/',
    'user@a.example',
    '*.a.example',
    'a b',
    '.',
    '[::1',
    'a%2eb',
    '1.2.3.400',
  ])('takes no %s for a host', (host) => {
    expect(problems({ ALLOWED_HOSTS: host })).toHaveLength(1)
  })

  it.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    'loopback',
    '::1/129',
    '10.0.0.0/255.0.0.0',
    '1',
  ])('takes no %s for a proxy', (proxy) => {
    expect(problems({ TRUSTED_PROXIES: proxy })).toHaveLength(1)
  })

  it('lets a scraper ask by any host where HOST is not loopback', () => {
    const { metricsHosts } = load({ AUTH: 'keys', HOST: '0.0.0.0', ALLOWED_HOSTS: 'a.example' }).http
    expect(metricsHosts).toBeNull()
    expect(load({ AUTH: 'keys', ALLOWED_HOSTS: 'a.example' }).http.metricsHosts).toEqual(['a.example'])
  })

  it('checks hosts and limits rates as AUTH suggests', () => {
    const { allowedHosts, requestsPerMinute } = load({ AUTH: 'keys' }).http
    expect([allowedHosts, requestsPerMinute]).toEqual([null, 6000])
    expect(load({ AUTH: 'keys', RATE_LIMIT: '0' }).http.requestsPerMinute).toBe(0)
    expect(load({ RATE_LIMIT: '5' }).http.requestsPerMinute).toBe(5)
  })

  it('serves /v1 unless it is off, or only trusted documents are accepted', () => {
    expect(load({ RANCHER_V1: 'off' }).http.rancherV1).toBe(false)
    expect(load({ TRUSTED_DOCUMENTS: 'documents' }).http.rancherV1).toBe(false)
    expect(load({ TRUSTED_DOCUMENTS: 'documents', RANCHER_V1: 'on' }).http.rancherV1).toBe(true)
  })

  it('takes hosts and proxies only as the server can', async () => {
    const { allowedHosts, trustedProxies } = load({
      ALLOWED_HOSTS: 'A.example.,[FD00:0::5],.B.example',
      TRUSTED_PROXIES: '10.1.2.3/8,::1,fd00::/8,::ffff:10.0.0.1,127.0.0.1/32,::1/128',
    }).http
    const isOurs = createHostFilter(allowedHosts ?? [])
    for (const authority of ['a.EXAMPLE:80', '[fd00::5]', 'c.b.example.'])
      expect([authority, isOurs(hostOf(authority) ?? '')]).toEqual([authority, true])
    const app = Fastify({ trustProxy: [...trustedProxies] })
    app.get('/', async ({ ip }) => ip)
    for (const remoteAddress of ['10.9.9.9', '::1', 'fd01::1', '::ffff:10.0.0.1'])
      expect(
        (await app.inject({ url: '/', remoteAddress, headers: { 'x-forwarded-for': '1.1.1.1' } })).body,
      ).toBe('1.1.1.1')
  })

  it.each([
    's3://bucket',
    'file:backups',
    'file://host/backups',
    'file:///a%2Fb',
    'file:///a%00b',
    'file:///x?y',
    'file:///x#y',
  ])('takes no backup target like %s, and tells what else is wrong', (BACKUP_TARGET) => {
    expect(problems({ BACKUP_TARGET, PORT: 'x' })).toEqual([
      'PORT=x: must be a whole number from 0 to 65535',
      `BACKUP_TARGET=${BACKUP_TARGET}: must be file:///absolute/path; other targets are not available`,
    ])
  })

  it.each([
    'file:///mnt/backup',
    'file:///mnt/backup/',
    'file:///mnt//backup',
    'file:///mnt/./x/../backup',
  ])('knows a backup target by one spelling: %s', (BACKUP_TARGET) => {
    expect(loadConfig({ BACKUP_TARGET }, '/').storage.backupsDir).toBe('/mnt/backup')
  })

  it('has another port for metrics than for requests, where it answers these', () => {
    expect(problems({ METRICS_PORT: '4000' })).toEqual(['METRICS_PORT=4000: must be another than PORT'])
    expect(problems({ METRICS_PORT: '70000' })).toEqual(['METRICS_PORT=70000: must be from 0 to 65535'])
    expect(load({ METRICS_PORT: '9464' }).http.metricsPort).toBe(9464)
    expect(loadConfig({ METRICS_PORT: '4000' }, '/srv', { listens: false }).http.metricsPort).toBe(4000)
  })

  it.each([
    'postgres://u:12/34@h/x',
    'postgres://u:12?34@h/x',
    'postgres://u:12#34@h/x',
  ])('of a password that would be taken for a place: %s', (DATABASE_URL) => {
    expect(problems({ DATABASE_URL })).toEqual([
      'DATABASE_URL=…: has an @ after the host: write what is special in a password as %2F for /, %3F for ?, %23 for #, %40 for @',
    ])
    expect(problems({ DATABASE_URL: 'postgres://u:12%2F34%40%3F%23@h/x' })).toEqual([])
  })

  it('keeps the folder for volumes apart from what the gateway keeps', () => {
    const held = 'must not hold VOLUMES_DIR, /srv/volumes'
    for (const path of ['/srv', '/srv/volumes'])
      expect(
        problems({ DATA_DIR: '/data', VOLUMES_DIR: '/srv/volumes', BACKUP_TARGET: `file://${path}` }),
      ).toEqual([`BACKUP_TARGET=file://${path}: ${held}`])
    expect(
      loadConfig({ VOLUMES_DIR: '/srv', BACKUP_TARGET: 'file:///srv/backups' }, '/').storage,
    ).toMatchObject({
      volumesDir: '/srv',
    })
    for (const kept of ['snapshots', 'postgres', 'postgres/x'])
      expect(problems({ DATA_DIR: '/data', VOLUMES_DIR: `/data/${kept}` })).toEqual([
        `VOLUMES_DIR=/data/${kept}: must be apart from DATA_DIR/${kept.split('/')[0]}`,
      ])
  })

  it.each([
    '127.999.0.1',
    '0.0.0.0',
    '::',
    '192.168.1.1',
    'example.org',
    '127.0.0.1.example.org',
  ])('refuses to listen on %s while everyone is let in', (HOST) => {
    expect(problems({ HOST })).toEqual([
      `HOST=${HOST}: AUTH=none lets everyone in, so it listens on loopback only (127.0.0.1, ::1 or localhost); to listen elsewhere set AUTH=keys or jwt`,
    ])
  })

  it('listens anywhere where callers are known', () => {
    expect(problems({ HOST: '0.0.0.0', AUTH: 'keys' })).toEqual([])
    expect(load({ AUTH: 'keys' }).auth).toEqual({ mode: 'keys' })
    expect(problems({ AUTH: 'basic' })).toEqual(['AUTH=basic: must be none, keys or jwt'])
  })

  it.each([
    ['https://id.example.org/jwks.json', { url: 'https://id.example.org/jwks.json' }],
    ['http://idp:8080/realms/x/certs?y', { url: 'http://idp:8080/realms/x/certs?y' }],
    ['/etc/jwks.json', { file: '/etc/jwks.json' }],
    ['file:///etc/with%20space.json', { file: '/etc/with space.json' }],
    ['jwks.json', { file: '/srv/jwks.json' }],
  ])('takes %s for a key set', (JWT_JWKS, jwks) => {
    expect(load({ AUTH: 'jwt', JWT_JWKS, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }).auth).toMatchObject({ jwks })
  })

  it.each([
    'ftp://id.example.org/jwks.json',
    'file://host/jwks.json',
    'https://user@id.example.org/',
  ])('takes no %s for one', (JWT_JWKS) => {
    expect(problems({ AUTH: 'jwt', JWT_JWKS, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' })).toEqual([
      'JWT_JWKS=…: must be a URL such as https://id.example.org/jwks.json, without a user, or the path of a file',
    ])
  })

  it('needs all of AUTH=jwt where it listens alone', () => {
    const env = { AUTH: 'jwt' }
    const needed = ['JWT_JWKS', 'JWT_ISSUER', 'JWT_AUDIENCE'].map(
      (name) => `${name}: must be set where AUTH=jwt`,
    )
    expect(problems(env)).toEqual(needed)
    expect(loadConfig(env, '/srv', { listens: false }).auth).toBeNull()
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s', (HOST) =>
    expect(problems({ HOST })).toEqual([]))

  it.each([
    ['file:///srv/data/snapshots', 'snapshots'],
    ['file:///srv/data/snapshots/backups', 'snapshots'],
    ['file:///srv/data/postgres', 'postgres'],
  ])('takes no target that holds other things: %s', (BACKUP_TARGET, kept) => {
    expect(problems({ BACKUP_TARGET })).toEqual([
      `BACKUP_TARGET=${BACKUP_TARGET}: must be apart from DATA_DIR/${kept}`,
    ])
    expect(problems({ BACKUP_TARGET: 'file:///srv/data/snapshots2' })).toEqual([])
    expect(problems({ BACKUP_TARGET: 'file:///' })).toEqual([
      'BACKUP_TARGET=file:///: must be apart from DATA_DIR/snapshots',
      'BACKUP_TARGET=file:///: must be apart from DATA_DIR/postgres',
      'BACKUP_TARGET=file:///: must not hold VOLUMES_DIR, /srv/data/volumes',
    ])
  })

  it.each([
    'file://host/path',
    '/path',
    'http://x/',
    'relative',
  ])('takes no %s for a target', (BACKUP_TARGET) => {
    expect(problems({ BACKUP_TARGET })).toEqual([
      `BACKUP_TARGET=${BACKUP_TARGET}: must be file:///absolute/path; other targets are not available`,
    ])
  })
})
