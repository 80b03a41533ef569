import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDateTime } from '../src/resources/date-time.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
const volume = await make.volume()

describe('a DateTime', () => {
  it('comes in UTC with the six digits that the database has', async () => {
    const id = await make.snapshot(volume, { created: '2026-03-29T01:59:59.123456+02:00' })
    const { snapshot } = await gateway.data(`{ snapshot(id: "1s${id}") { created } }`)
    expect(snapshot.created).toBe('2026-03-28T23:59:59.123456Z')
  })

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02t03:04:05.1z', '2026-01-02T03:04:05.100000Z'],
    ['2026-01-02T03:04:05.123456+05:30', '2026-01-01T21:34:05.123456Z'],
    ['2024-02-29T23:59:59-01:00', '2024-03-01T00:59:59.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
  ])('is taken with any offset and up to six digits: %s', (text, utc) =>
    expect(parseDateTime(text)).toBe(utc))

  it.each([
    '2026-01-02T03:04:05.1234567Z',
    '2026-01-02T03:04:05',
    '2026-01-02',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:04:60Z',
    '2026-01-02 03:04:05Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    'now',
    '',
    '1767323045',
  ])('is no other text: %s', async (text) => {
    expect(parseDateTime(text)).toBeNull()
    const { errors } = await gateway.query(
      'query ($at: DateTime) { snapshots(filter: { createdAfter: $at }) { totalCount } }',
      { at: text },
    )
    expect(errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('stands for the same moment as JavaScript has it', () => {
    const date = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(date, fc.integer({ min: -23 * 60, max: 23 * 60 }), (at, offset) => {
        const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19)
        const pad = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0')
        const text = `${local}.5${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`
        fc.pre(/^\d{4}-/.test(local))
        expect(parseDateTime(text)).toBe(`${at.toISOString().slice(0, 19)}.500000Z`)
      }),
    )
  })
})

describe('a size', () => {
  it.each([
    '0',
    '1',
    '2147483648',
    '999999999999999',
    '1000000000000001',
    '9007199254740993',
    '9223372036854775807',
  ])('is a decimal text, small or beyond what a JavaScript number holds: %s', async (size) => {
    const snapshot = await make.snapshot(volume, { size_bytes: size, managed_volume_uuid: 'x' })
    const backup = await make.backup(volume, snapshot, { size_bytes: size })
    expect(
      await gateway.data(
        `{ snapshot(id: "1s${snapshot}") { sizeBytes } backup(id: "1b${backup}") { sizeBytes } }`,
      ),
    ).toEqual({ snapshot: { sizeBytes: size }, backup: { sizeBytes: size } })
  })
})

describe('a uuid', () => {
  it('is in lower case with hyphens, however it came to the database', async () => {
    const uuid = (digit: number) => `ABCDEF0${digit}-1234-5678-9ABC-DEF012345678`
    const ids = {
      v: await make.volume({ uuid: uuid(1) }),
      s: await make.snapshot(volume, { uuid: uuid(2) }),
      b: await make.backup(volume, await make.snapshot(volume), { uuid: `{${uuid(3).replaceAll('-', '')}}` }),
    }
    const { nodes } = await gateway.data(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Resource { uuid } } }',
      {
        ids: Object.entries(ids).map(([type, id]) => `1${type}${id}`),
      },
    )
    expect(nodes).toEqual([1, 2, 3].map((digit) => ({ uuid: uuid(digit).toLowerCase() })))
  })

  it('is given to each resource, and no two have the same', async () => {
    const { a, b, c } = await gateway.data(`mutation {
      a: createVolume(input: { name: "a" }) { ... on Resource { uuid } }
      b: createSnapshot(input: { volumeId: "1v${volume}" }) { ... on Resource { uuid } }
      c: createSnapshot(input: { volumeId: "1v${volume}" }) { ... on Resource { uuid } } }`)
    for (const { uuid } of [a, b, c]) expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(new Set([a.uuid, b.uuid, c.uuid]).size).toBe(3)
  })
})
