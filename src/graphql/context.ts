import type { AccountScope } from '../database/account-scope.ts'
import type { Bond } from '../database/bond.ts'
import type { Pause } from '../events/await-snapshot.ts'
import type { Origin } from '../events/record-events.ts'
import type { Events } from '../events/watch-events.ts'
import type { ChangeReport } from '../resources/change-report.ts'
import type { Role } from '../resources/roles.ts'
import type { StorageUris } from '../storage/uris.ts'
import type { VolumeStorage } from '../volumes/create-volume.ts'
import type { Loaders } from './loaders.ts'

/** What resolvers share over requests. */
export interface GatewayHandles {
  /** What requests need of the storage drivers, by their names. */
  storage: ReadonlyMap<string, VolumeStorage & StorageUris>
  /** Seconds after which accepted work is given up. */
  operationDeadline: number
  events: Events
}

/** What resolvers get for one request. */
export interface Context extends GatewayHandles {
  requestId: string
  /** Who asks, as the history tells it. */
  origin: Origin
  /** Broken when the request is to end: its time is up, the client is gone, or the gateway stops. */
  bond: Bond
  scope: AccountScope
  role: Role
  /** Made anew after each mutation, so that what follows sees its change. */
  loaders: Loaders
  /**
   * Does something that may take long. What it waits for by its `pause`, for so many seconds at most, does not count
   * against the time that the request has. Throws TOO_COSTLY where too many of the request or its caller wait already, and
   * UNAUTHENTICATED where the caller is not let in any more when it is over.
   */
  patiently<R>(work: (pause: Pause) => Promise<R>): Promise<R>
  /** Hears what came of each mutation. */
  onChange?: ((report: ChangeReport) => void) | undefined
  /** Whether a mutation of this request was answered from its idempotency key. */
  replayed?: boolean
}
