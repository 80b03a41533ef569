import type { Bond } from '../database/bond.ts'
import type { ResourceRow } from '../database/tables.ts'
import type { ChangeReport } from './change-report.ts'
import { Refusal, RequestError } from './errors.ts'
import type { Outcome } from './idempotency.ts'
import type { Change } from './lifecycle.ts'
import { type Role, roleRefusal } from './roles.ts'

/** On whose behalf a change is made, and who hears of it. */
export interface ChangeMaker {
  role: Role
  /** Broken when the request is to end: nothing is begun then. */
  bond: Bond
  /** Hears what came of each change. */
  onChange?: ((report: ChangeReport) => void) | undefined
}

/**
 * What every interface does around a command: the role first, and a report of what came of it. Throws FORBIDDEN where the
 * role does not suffice, and what the command throws.
 */
export async function performChange<Row extends ResourceRow>(
  maker: ChangeMaker,
  change: Change,
  command: () => Promise<Outcome<Row>>,
): Promise<Outcome<Row>> {
  const { bond, onChange } = maker
  refuseByRole(maker, change)
  bond.throwIfBroken()
  let done: Outcome<Row>
  try {
    done = await command()
  } catch (error) {
    onChange?.(
      error instanceof Refusal
        ? { change, outcome: 'refused', code: error.code }
        : { change, outcome: 'failed' },
    )
    throw error
  }
  const { replayed, ...changed } = done
  onChange?.(replayed ? { change, outcome: 'replayed' } : { change, outcome: 'accepted', ...changed })
  return done
}

/** Refuses a change for which the role does not suffice, and reports it. Throws FORBIDDEN. */
export function refuseByRole({ role, onChange }: ChangeMaker, change: Change): void {
  const forbidden = roleRefusal(role, change)
  if (forbidden === null) return
  onChange?.({ change, outcome: 'refused', code: 'FORBIDDEN' })
  throw new RequestError('FORBIDDEN', forbidden)
}
