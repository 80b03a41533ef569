import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { expect } from 'vitest'
import type { Installation } from './installation.ts'
import { assertWhole, filesIn } from './oracle.ts'
import type { Found } from './run-case.ts'
import type { Point } from './steps.ts'

const method = 'prepareRoot'

/** Runs a first start, which marks the roots; its steps at the root of archives, in order. */
export async function listStartSteps(at: Installation): Promise<string[]> {
  await forgetRoots(at)
  const trace = at.file('trace-of-start')
  await at.start({ method, trace })
  const steps = readFileSync(trace, 'utf8').trim().split('\n')
  return [...new Set(steps)].filter((step) => !step.includes('copies'))
}

/** Kills the program while it marks the root of archives, starts it again and checks everything. */
export async function runStartCase(at: Installation, point: Point): Promise<Found> {
  await forgetRoots(at)
  await at.startInVain({ method, crash: point })
  const recorded = await at.sql`select from storage_root`
  expect(recorded).toHaveLength(0)
  mkdirSync(at.root('snapshots'), { recursive: true })
  const left = filesIn(at, 'snapshots', '').map((name) =>
    name.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '<uuid>'),
  )
  await at.start()
  await assertWhole(at)
  const end = [...filesIn(at, 'snapshots', ''), ...filesIn(at, 'backups', '')]
  expect(await at.sql`select from storage_root`).toHaveLength(2)
  return {
    point,
    rows: 'no root',
    files: left.join(', ') || 'none',
    end: `2 roots; ${end.join(', ')}`,
    attempts: null,
  }
}

/** Makes the next start a first one. */
async function forgetRoots(at: Installation): Promise<void> {
  if (at.gateway.process.exitCode === null) await at.gateway.stop('SIGKILL')
  for (const kind of ['snapshots', 'backups'] as const)
    rmSync(at.root(kind), { recursive: true, force: true })
  await at.sql`delete from storage_root`
}
