import { expect, it } from 'vitest'
import { volume } from '../src/database/tables.ts'
import { createSnapshot } from '../src/snapshots/create-snapshot.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'

const { scope } = await createTestDatabase()

it('makes one snapshot of 30 parallel calls with one idempotency key', async () => {
  const parent = await scope.insert(volume, {
    name: 'db',
    path: 'db',
    driver: 'vfs',
    state: 'active',
    transitioning: 'no',
  })
  const call = () =>
    createSnapshot(
      scope,
      { volumeId: `1v${parent.id}`, idempotencyKey: 'once' },
      { operationDeadline: 60, origin: byTest },
    )
  const outcomes = await Promise.all(Array.from({ length: 30 }, call))
  expect(new Set(outcomes.map(({ row }) => row.id)).size).toBe(1)
  expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1)
})
