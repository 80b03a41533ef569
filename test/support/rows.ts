import type { TestDatabase } from './database.ts'

type Values = Record<string, unknown>

/** Makes rows as they are asked for, in any standing, as no mutation would. */
export function rowMaker({ client }: TestDatabase) {
  const insert = async (table: string, values: Values): Promise<bigint> => {
    const [row] = await client`insert into ${client(table)} ${client(values)} returning id`
    return BigInt(row?.id)
  }
  /** What the database's own checks want of a standing. */
  const standing = ({ state, transitioning = 'no', ...more }: Values): Values => ({
    state,
    transitioning,
    removed: state === 'removed' ? '2026-01-01T00:00:00Z' : null,
    run_after: transitioning === 'yes' ? '2026-01-01T00:00:00Z' : null,
    deadline: transitioning === 'yes' ? '2100-01-01T00:00:00Z' : null,
    ...more,
  })
  let number = 0
  return {
    volume: ({ account_id = 1, ...more }: Values = {}) => {
      const name = `volume-${++number}`
      const { run_after, deadline, ...values } = standing({ state: 'active', ...more })
      return insert('volume', { account_id, name, driver: 'vfs', path: name, ...values })
    },
    snapshot: (volume_id: bigint, { account_id = 1, ...more }: Values = {}) =>
      insert('snapshot', {
        account_id,
        volume_id: String(volume_id),
        ...standing({ state: 'created', ...more }),
      }),
    backup: (volume_id: bigint, snapshot_id: bigint, { account_id = 1, ...more }: Values = {}) =>
      insert('backup', {
        account_id,
        volume_id: String(volume_id),
        snapshot_id: String(snapshot_id),
        key: 'volume/backup.tar.gz',
        size_bytes: 1,
        checksum: `sha256:${'0'.repeat(64)}`,
        ...standing({ state: 'created', ...more }),
      }),
  }
}
