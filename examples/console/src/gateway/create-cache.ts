import type { Exchange } from '@urql/core'
import { type Cache, cacheExchange } from '@urql/exchange-graphcache'
import { possibleTypes } from '../gql/possible-types.ts'

const embedded = () => null

/**
 * A cache by ids, not by documents: an event brings its snapshot along, and with this one the row, the panel and whatever
 * else shows it are up to date without a request. Which rows a list has is asked again where an event may change it
 * (snapshots/use-snapshot-page.ts).
 *
 * Events come last: what was asked before an event, and is answered after it, does not undo it.
 */
export function createCache(): Exchange {
  return cacheExchange({
    possibleTypes,
    // Told no more of the schema than possibleTypes, it never fills in null for what it does not know. But then it looks
    // for the fields of each fragment in what it writes, whatever type that is, and warns (13) that they are not there.
    logger: (severity, message) => {
      if (!message.endsWith('#13')) console[severity](message)
    },
    // What has no id of its own. The rest has one that is unique across all types.
    keys: {
      Viewer: embedded,
      ActionStatus: embedded,
      InputProblem: embedded,
      InvalidInputError: embedded,
      NotFoundError: embedded,
      ActionNotAvailableError: embedded,
      PageInfo: embedded,
      SnapshotConnection: embedded,
      SnapshotEdge: embedded,
      VolumeConnection: embedded,
      VolumeEdge: embedded,
      BackupConnection: embedded,
      SnapshotEventConnection: embedded,
      SnapshotEventEdge: embedded,
      SnapshotEventDelivery: embedded,
    },
    updates: {
      // There are no events of volumes and of backups: lists of them are asked again after one's own changes.
      Mutation: {
        createVolume: (_result, _args, cache) => forget(cache, 'volumes'),
        removeVolume: (_result, _args, cache) => forget(cache, 'volumes'),
        removeBackup: (_result, _args, cache) => forget(cache, 'backups'),
      },
    },
  })
}

function forget(cache: Cache, name: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query'))
    if (fieldName === name) cache.invalidate('Query', fieldKey)
}
