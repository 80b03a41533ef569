import { expect, it } from 'vitest'
import { createInstallation } from '../support/crash/installation.ts'
import { operations } from '../support/crash/operations.ts'
import { runCase } from '../support/crash/run-case.ts'
import type { Point } from '../support/crash/steps.ts'
import { createTestDatabase } from '../support/database.ts'

const database = await createTestDatabase()

/** The most telling of the many steps in test/long/crash-matrix.test.ts. */
const cases: [operation: string, point: Point, left: object][] = [
  ['createSnapshot', { step: 'commit', when: 'after' }, { rows: 'requested', files: 'none', attempts: 1 }],
  [
    'createSnapshot',
    { step: 'publish archive', when: 'after' },
    { rows: 'creating', files: 'archive, temporary archive', attempts: 2 },
  ],
  [
    'backupSnapshot',
    { step: 'publish manifest', when: 'before' },
    { rows: 'backing-up', files: 'archive, temporary manifest, copy', attempts: 2 },
  ],
  [
    'removeSnapshot of one that is backed up',
    { step: 'delete archive', when: 'after' },
    { rows: 'removing, backup created', files: 'empty folder, manifest, copy', attempts: 2 },
  ],
]

it('killed in the middle and started again, the program completes what was accepted', {
  timeout: 120_000, // five starts, on a machine that does much else
}, async () => {
  const at = await createInstallation(database.address)
  for (const [title, point, left] of cases) {
    const operation = operations.find((operation) => operation.title === title)
    if (!operation) throw new Error(`there is no operation ${title}`)
    expect(await runCase(at, operation, point)).toMatchObject({ point, ...left })
  }
})
