import { expect } from 'vitest'
import type { Row } from './model.ts'

/** What holds of every row at every moment, whatever the model says. */
export function assertInvariants(rows: readonly Row[]): void {
  const tokens = rows.flatMap(({ token }) => token ?? [])
  expect(new Set(tokens).size, 'a token is of one lease').toBe(tokens.length)
  for (const row of rows) {
    expect(row.attempt, 'attempts are at most ten, and one that says so').toBeLessThanOrEqual(11)
    expect(row.removed, 'removed is the state').toBe(row.state === 'removed')
    if (row.transitioning === 'yes') assertUnderWay(row)
    else assertSettled(row)
    if (row.kind === 'snapshot') assertBackup(row, rows)
  }
}

/** Nothing is stuck: somebody works on it or may claim it at a stated time, it has an end, and it says what it waits for. */
function assertUnderWay(row: Row): void {
  expect(row, 'in transition').toEqual({
    ...row,
    state: expect.stringMatching(/^(requested|creating|backing-up|removing)$/),
    due: expect.any(String),
    deadline: expect.any(String),
    message: expect.stringMatching(/./),
    progress: expect.any(Number),
  })
  expect(row.message, 'no attempt beyond the last').not.toMatch(/^attempt (1[1-9]|[2-9]\d)/)
  if (row.lease === 'valid') expect(row.due, 'leased, so not due').toBe('later')
  expect(row.token === null, 'a lease has a token and an end').toBe(row.lease === null)
}

/** Nothing is due, and there is a way on: it is at an end, or says why not and may be removed. */
function assertSettled(row: Row): void {
  expect(row, 'settled').toEqual({
    ...row,
    token: null,
    lease: null,
    due: null,
    deadline: null,
    progress: null,
  })
  if (row.transitioning === 'no') expect(row.state).toMatch(/^(created|backed-up|removed)$/)
  else
    expect(row, 'failed').toEqual({
      ...row,
      state: expect.stringMatching(/^(creating|created|removing)$/),
      message: expect.stringMatching(/./),
    })
}

/** Backed up is what has its one backup; until its removal is accepted. */
function assertBackup({ id, state, copy }: Row, rows: readonly Row[]): void {
  const backups = rows.filter((row) => row.kind === 'backup' && row.of === id && row.state === 'created')
  expect(backups.length, 'at most one backup of a snapshot is there').toBeLessThanOrEqual(1)
  if (state === 'backed-up') expect(backups.map((row) => row.copy)).toEqual([copy])
  else if (!['removing', 'removed'].includes(state)) expect(backups).toEqual([])
}
