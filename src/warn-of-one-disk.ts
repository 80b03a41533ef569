import { stat } from 'node:fs/promises'
import type { FastifyBaseLogger } from 'fastify'

/** Says so where backups go to the disk of the snapshots, and would be lost with it. */
export async function warnOfOneDisk(
  { snapshotsDir, backupsDir }: { snapshotsDir: string; backupsDir: string },
  log: FastifyBaseLogger,
): Promise<void> {
  const [snapshots, backups] = await Promise.all(
    [snapshotsDir, backupsDir].map((path) => stat(path).catch(() => null)), // work tells of one that is missing
  )
  if (snapshots && backups && snapshots.dev === backups.dev)
    log.warn(
      { backups: backupsDir },
      'backups go to the disk that they protect: set BACKUP_TARGET to another',
    )
}
