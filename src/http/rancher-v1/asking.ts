import type { AccountScope } from '../../database/account-scope.ts'
import type { Bond } from '../../database/bond.ts'
import type { Origin } from '../../events/record-events.ts'
import type { GatewayHandles } from '../../graphql/context.ts'
import type { Loaders } from '../../graphql/loaders.ts'
import type { ChangeReport } from '../../resources/change-report.ts'
import type { Change } from '../../resources/lifecycle.ts'
import type { Role } from '../../resources/roles.ts'

/** A request: who asks, and what answers are made with. */
export interface Asking extends GatewayHandles {
  /** What links begin with. */
  base: string
  scope: AccountScope
  /** Who asks, as the history tells it. */
  origin: Origin
  role: Role
  /** Broken when the request is to end. */
  bond: Bond
  loaders: Loaders
  /** Hears of a change that is asked for, and what came of it. */
  begins(change: Change): void
  onChange(report: ChangeReport): void
}
