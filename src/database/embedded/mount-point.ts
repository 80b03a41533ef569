import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { orNull } from './or-null.ts'

/**
 * Throws where a folder is itself a mount point: with its disk unmounted it would look like one that has never held
 * a database. A folder on that disk is missing then.
 */
export function refuseMountPoint(folder: string): void {
  const path = realpathSync(folder)
  if (!isMountPoint(path)) return
  throw new EmbeddedPostgresError(
    `${folder} is a mount point, which looks empty while its disk is not mounted: use a folder in it, such as DATA_DIR=${path.replace(/\/$/, '')}/snapshot-gateway`,
  )
}

function isMountPoint(path: string): boolean {
  if (statSync(path).dev !== statSync(dirname(path)).dev || path === '/') return true
  // A folder of the same disk can be mounted too; then only this list tells.
  const mounts = orNull(() => readFileSync('/proc/self/mountinfo', 'utf8')) ?? ''
  return mounts.split('\n').some((line) => decode(line.split(' ')[4] ?? '') === path)
}

/** Spaces and the like are written as \040. */
function decode(text: string): string {
  return Buffer.from(
    text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    'latin1',
  ).toString()
}
