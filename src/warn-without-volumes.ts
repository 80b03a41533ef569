import { stat } from 'node:fs/promises'
import type { FastifyBaseLogger } from 'fastify'

/** Says so where the folder for volumes, which is the user's to make, is not there. */
export async function warnWithoutVolumes(volumes: string, log: FastifyBaseLogger): Promise<void> {
  const stats = await stat(volumes).catch(() => null)
  if (!stats?.isDirectory())
    log.warn({ volumes }, 'VOLUMES_DIR is not a directory: until it is, no volume can be made or read')
}
