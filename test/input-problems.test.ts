import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
// The number 1 is there in every type.
const volume = await make.volume()
await make.backup(volume, await make.snapshot(volume))
const removed = await make.volume({ state: 'removed' })

interface Problem {
  message: string
  code: string
  fieldName: string
}

describe('an InvalidInputError', () => {
  const long = { name: 'x'.repeat(256), description: 'x'.repeat(1025) }
  const faults: [mutation: string, input: Record<string, unknown>, problems: string[]][] = [
    [
      'createSnapshot',
      { volumeId: 'x', ...long, idempotencyKey: '' },
      [
        'volumeId INVALID_REFERENCE',
        'name MAX_LENGTH_EXCEEDED',
        'description MAX_LENGTH_EXCEEDED',
        'idempotencyKey MIN_LENGTH_EXCEEDED',
      ],
    ],
    [
      'createSnapshot',
      { idempotencyKey: '', description: '\0', name: '\0', volumeId: `1v${volume}` },
      ['name INVALID_CHARACTERS', 'description INVALID_CHARACTERS', 'idempotencyKey MIN_LENGTH_EXCEEDED'],
    ],
    [
      'updateSnapshot',
      { id: '1s1', idempotencyKey: '\0', ...long },
      ['name MAX_LENGTH_EXCEEDED', 'description MAX_LENGTH_EXCEEDED', 'idempotencyKey INVALID_CHARACTERS'],
    ],
    [
      'updateSnapshot',
      { id: '1s1', name: '\0'.repeat(256) },
      ['name MAX_LENGTH_EXCEEDED', 'name INVALID_CHARACTERS'],
    ],
    [
      'backupSnapshot',
      { id: '1s1', idempotencyKey: '\0'.repeat(256) },
      ['idempotencyKey MAX_LENGTH_EXCEEDED', 'idempotencyKey INVALID_CHARACTERS'],
    ],
    ['removeSnapshot', { id: '1s1', idempotencyKey: '' }, ['idempotencyKey MIN_LENGTH_EXCEEDED']],
    [
      'createVolume',
      { name: '', driver: 'nfs', path: '..', description: '\0', idempotencyKey: '' },
      [
        'name MIN_LENGTH_EXCEEDED',
        'description INVALID_CHARACTERS',
        'driver INVALID_OPTION',
        'path INVALID_FORMAT',
        'idempotencyKey MIN_LENGTH_EXCEEDED',
      ],
    ],
    ['createVolume', { name: '..', driver: '' }, ['driver INVALID_OPTION', 'path INVALID_FORMAT']],
    [
      'createVolume',
      { name: 'volume-1', description: '\0', path: 'elsewhere' },
      ['name NOT_UNIQUE', 'description INVALID_CHARACTERS'],
    ],
    ['createVolume', { name: 'a', path: '\ud800' }, ['path INVALID_CHARACTERS']],
    [
      'updateVolume',
      { id: '1v1', name: null, description: '\0', idempotencyKey: '' },
      ['name NOT_NULLABLE', 'description INVALID_CHARACTERS', 'idempotencyKey MIN_LENGTH_EXCEEDED'],
    ],
    ['removeVolume', { id: '1v1', idempotencyKey: '' }, ['idempotencyKey MIN_LENGTH_EXCEEDED']],
    ['removeBackup', { id: '1b1', idempotencyKey: '' }, ['idempotencyKey MIN_LENGTH_EXCEEDED']],
  ]
  it.each(
    faults,
  )('of %s tells every problem in the input’s order, the first as its own: example %#', async (mutation, input, problems) => {
    const { result } = await gateway.data(
      `mutation ($input: ${mutation.replace(/^./, (letter) => letter.toUpperCase())}Input!) { result: ${mutation}(input: $input) { __typename
        ... on InvalidInputError { message code fieldName problems { message code fieldName path } } } }`,
      { input },
    )
    const { path, ...first } = result.problems[0]
    expect(result).toEqual({
      __typename: 'InvalidInputError',
      ...first,
      problems: result.problems.map((problem: Problem) => ({
        ...problem,
        path: [problem.fieldName],
      })),
    })
    expect(result.problems.map((problem: Problem) => `${problem.fieldName} ${problem.code}`)).toEqual(
      problems,
    )
    // Each problem has words of its own.
    expect(new Set(result.problems.map((problem: Problem) => problem.message)).size).toBe(problems.length)
  })
})

describe('the volumeId of a new snapshot', () => {
  it.each([
    ['a snapshot', '1s1'],
    ['a backup', '1b1'],
    ['an account', '1a1'],
    ['an event', '1se1'],
    ['a removed volume', `1v${removed}`],
    ['no volume', '1v999999'],
    ['nothing', '1v01'],
    ['nothing', '1'],
    ['nothing', ''],
    ['nothing', '1v1\0'],
    ['nothing', '1v1\ud800'],
  ])('that names %s is an INVALID_REFERENCE: %j', async (_, volumeId) => {
    const message = 'volumeId must be the id of a volume that is not removed'
    const problem = { message, code: 'INVALID_REFERENCE', fieldName: 'volumeId' }
    const answer = await gateway.data(
      `mutation ($volumeId: ID!) { result: createSnapshot(input: { volumeId: $volumeId }) {
        ... on InvalidInputError { message code fieldName problems { message code fieldName path } } } }`,
      { volumeId },
    )
    expect(answer).toEqual({ result: { ...problem, problems: [{ ...problem, path: ['volumeId'] }] } })
    expect(await gateway.data('{ snapshots { totalCount } }')).toEqual({ snapshots: { totalCount: 1 } })
  })
})
