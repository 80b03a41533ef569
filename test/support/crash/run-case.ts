import { rmSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import type { Answer, Installation } from './installation.ts'
import { findRows, type Operation, type Standing } from './operations.ts'
import { assertWhole, describeFiles, settle } from './oracle.ts'
import type { Point } from './steps.ts'

/** What a crash left, and what became of it. */
export interface Found {
  point: Point
  /** After the crash; null where the database was killed too. */
  rows: string | null
  files: string
  /** After the restart. */
  end: string
  /** Of the work; null where it is none of a worker's. */
  attempts: number | null
}

/** Runs an operation without a crash; its steps, in order. */
export async function listSteps(at: Installation, operation: Operation): Promise<string[]> {
  const { method, mutation, title } = operation
  await prepare(at, operation)
  const steps = at.trace(method)
  const input = { ...(await operation.input(at, title)), idempotencyKey: crypto.randomUUID() }
  expect(await at.ask(mutation, input)).not.toBeNull()
  writeFileSync(at.file('go'), '')
  await settle(at)
  const listed = steps()
  expect(await standingOf(at, title)).toEqual(operation.end)
  await assertWhole(at)
  await clear(at)
  return listed
}

/** Runs an operation, kills the program at a point of it, starts it again and checks everything. */
export async function runCase(at: Installation, operation: Operation, point: Point): Promise<Found> {
  const { input, acknowledged } = await crash(at, operation, point)
  const left = { rows: await describeRows(at, operation.title), files: describeFiles(at) }
  const [kept] = await at.sql`select resource_id from idempotency_key where key = ${input.idempotencyKey}`
  const standing = await standingOf(at, operation.title)
  // Wholly or not at all.
  if (!kept) expect(standing).toEqual(operation.before)
  else expect(standing).not.toEqual(operation.before)
  if (acknowledged) expect(kept).toBeDefined()
  await at.endLeases()
  return {
    point,
    ...left,
    ...(await recover(at, operation, { input, acknowledged, replays: kept !== undefined })),
  }
}

/** The same with the embedded database, which dies too; the lease of the dead runs out by itself. */
export async function runEmbeddedCase(at: Installation, operation: Operation, point: Point): Promise<Found> {
  const { input, acknowledged } = await crash(at, operation, point)
  expect(acknowledged).not.toBeNull()
  const left = { rows: null, files: describeFiles(at) }
  return { point, ...left, ...(await recover(at, operation, { input, acknowledged, replays: true })) }
}

interface Asked {
  input: { idempotencyKey: string }
  /** The answer, where it came before the crash. */
  acknowledged: Answer | null
}

async function crash(at: Installation, operation: Operation, point: Point): Promise<Asked> {
  const { method, mutation, title, hold } = operation
  await prepare(at, operation)
  at.plan({ method, crash: point, ...(at.server && { alsoKill: at.server }) })
  const input = { ...(await operation.input(at, title)), idempotencyKey: crypto.randomUUID() }
  // Work that is cancelled gives its lease back first.
  at.killAt({ point, answered: () => answer, commitsBeforeClaim: hold ? 2 : 1 })
  const answer = at.ask(mutation, input)
  const acknowledged = await answer
  if (acknowledged) writeFileSync(at.file('go'), '')
  await at.dead()
  return { input, acknowledged }
}

/** Starts the program, sends the mutation again, and checks what comes of it. */
async function recover(
  at: Installation,
  { mutation, title, end }: Operation,
  { input, acknowledged, replays }: Asked & { replays: boolean },
): Promise<Pick<Found, 'end' | 'attempts'>> {
  await at.start()
  const again = await at.ask(mutation, input)
  expect(again?.replayed).toBe(replays)
  if (acknowledged) expect(again?.id).toBe(acknowledged.id)
  await settle(at)
  expect(await standingOf(at, title)).toEqual(end)
  await assertWhole(at)
  const { snapshot, backup } = await findRows(at, title)
  const attempts = (mutation === 'removeBackup' ? backup : snapshot)?.attempt
  const found = { end: `${await describeRows(at, title)}; ${describeFiles(at)}`, attempts }
  await clear(at)
  return found
}

async function prepare(at: Installation, { method, hold, prepare, title }: Operation): Promise<void> {
  if (hold) at.plan({ method, hold: { step: hold, until: at.file('go') } })
  await prepare(at, title)
}

async function standingOf(at: Installation, name: string): Promise<Standing> {
  const { snapshot, backup } = await findRows(at, name)
  return { snapshot: snapshot?.state ?? null, backup: backup?.state ?? null }
}

async function describeRows(at: Installation, name: string): Promise<string> {
  const { snapshot, backup } = await findRows(at, name)
  if (!snapshot) return 'no row'
  return backup ? `${snapshot.state}, backup ${backup.state}` : snapshot.state
}

/** Removes what is there, as everything can be, and sees that nothing is left. */
export async function clear(at: Installation): Promise<void> {
  for (const { id } of await at.sql`select id from backup where removed is null`)
    await at.ask('removeBackup', { id: `1b${id}` })
  for (const { id } of await at.sql`select id from snapshot where removed is null`)
    await at.ask('removeSnapshot', { id: `1s${id}` })
  await settle(at)
  await eventually(() => expect(describeFiles(at)).toBe('none'))
  await assertWhole(at)
  for (const file of ['go', 'go.held']) rmSync(at.file(file), { force: true })
  at.plan(null)
  // The next case has a snapshot of the same name.
  await at.sql`update snapshot set name = null`
}
