import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textProblems } from '../src/resources/text-rules.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

const codes = (fieldName: 'name' | 'description', text: string) =>
  textProblems(fieldName, text).map(({ code }) => code)
const isControl = (point: number) => point < 0x20 || (point >= 0x7f && point < 0xa0)

describe('a text', () => {
  it('is counted in code points, may not be what Postgres or a terminal trips over: against an oracle', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
        .map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        '',
        ' ',
        '\t',
        '\n',
        '\u0085',
        '\u0000',
        '\ud800',
        '\udc00',
        '😀'.repeat(255),
        '😀'.repeat(256),
        'x'.repeat(1024),
        'x'.repeat(1025),
      ),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        const points = Array.from(text)
        const lone = points.some((point) => point.length === 1 && point >= '\ud800' && point <= '\udfff')
        const control = points.some((point) => isControl(point.codePointAt(0) ?? 0))
        const expected = (most: number, least: number, controls: boolean) => [
          ...(points.length < least ? ['MIN_LENGTH_EXCEEDED'] : []),
          ...(points.length > most ? ['MAX_LENGTH_EXCEEDED'] : []),
          ...(lone || text.includes('\0') || (!controls && control) ? ['INVALID_CHARACTERS'] : []),
        ]
        expect(codes('name', text)).toEqual(expected(255, 1, false))
        expect(codes('description', text)).toEqual(expected(1024, 0, true))
      }),
      { numRuns: 500 },
    )
  })
})

const volume = await make.volume({ name: 'of the snapshots' })
const unique = () => crypto.randomUUID()
/** Every mutation that takes texts, on something of which the texts are known. */
const targets: Record<string, () => Promise<Record<string, unknown>>> = {
  createSnapshot: async () => ({ volumeId: `1v${volume}` }),
  updateSnapshot: async () => ({ id: `1s${await make.snapshot(volume, { name: 'n', description: 'd' })}` }),
  createVolume: async () => ({ name: unique(), path: unique() }),
  updateVolume: async () => ({ id: `1v${await make.volume({ name: unique(), description: 'd' })}` }),
}
const fields = Object.keys(targets).flatMap((mutation) =>
  (['name', 'description'] as const).map((field) => ({ mutation, field, title: `${mutation}'s ${field}` })),
)

const kept = [
  ' a ',
  'e\u0301',
  'é',
  "'; drop table snapshot; --",
  '{a,"b"}',
  'null',
  '\\',
  '\u200b',
  '\u2028',
  '\ufeff',
  '\u{10ffff}',
]
const unstorable = ['\0', 'a\0b', '\ud83d', '\ude00', 'a\ud83d']
const [short, long, characters] = ['MIN_LENGTH_EXCEEDED', 'MAX_LENGTH_EXCEEDED', 'INVALID_CHARACTERS']
const rules = {
  name: {
    kept: [...kept, 'x', 'x'.repeat(255), '😀'.repeat(255)],
    refused: [
      ['', short],
      ['x'.repeat(256), long],
      ['😀'.repeat(256), long],
      ['\0'.repeat(256), long, characters],
      ...[...unstorable, '\t', 'a\n', '\u007f', '\u0085', '\u001b[31m'].map((text) => [text, characters]),
    ],
  },
  description: {
    kept: [...kept, '', '\t\r\n', '\u007f', '\u0085', 'x'.repeat(1024), '😀'.repeat(1024)],
    refused: [
      ['x'.repeat(1025), long],
      ['😀'.repeat(1025), long],
      ['\ud800'.repeat(1025), long, characters],
      ...unstorable.map((text) => [text, characters]),
    ],
  },
}

describe.each(fields)('$title', ({ mutation, field }) => {
  const type = mutation.replace(/^./, (letter) => letter.toUpperCase())
  const problem = 'message code fieldName'
  const send = async (target: Record<string, unknown>, text: string) =>
    (
      await gateway.data(
        `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) {
          ... on Resource { id ${field} } ... on InvalidInputError { ${problem} problems { ${problem} path } } } }`,
        { input: { ...target, [field]: text } },
      )
    ).result
  const read = async (id: unknown) =>
    (
      await gateway.data('query ($id: ID!) { node(id: $id) { ... on Resource { name description } } }', {
        id,
      })
    ).node
  const rows = async () =>
    (await gateway.data('{ snapshots { totalCount } volumes { totalCount } }')) as unknown

  it('is kept as it is: nothing is trimmed or normalised', async () => {
    for (const text of rules[field].kept) {
      const { id, ...answer } = await send((await targets[mutation]?.()) ?? {}, text)
      expect(answer).toEqual({ [field]: text })
      expect(await read(id)).toMatchObject({ [field]: text })
      // A volume's name is taken as long as the volume is there.
      await database.client`update volume set state = 'removed', removed = now() where id <> ${String(volume)}`
    }
  })

  it('at fault is refused with its field and every problem of it, and nothing changes', async () => {
    for (const [text = '', ...codes] of rules[field].refused) {
      const target = (await targets[mutation]?.()) ?? {}
      const before = [await rows(), 'id' in target && (await read(target.id))]
      const problems = codes.map((code) => ({
        code,
        fieldName: field,
        path: [field],
        message: expect.stringMatching(`^${field} must `),
      }))
      const { path, ...first } = problems[0] as (typeof problems)[number]
      expect([text, await send(target, text)]).toEqual([text, { ...first, problems }])
      expect([await rows(), 'id' in target && (await read(target.id))]).toEqual(before)
    }
  })
})
