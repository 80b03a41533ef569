import { randomUUID } from 'node:crypto'
import { chmod, link, readFile, unlink, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { isSilent } from './is-silent.ts'
import { nullIfMissing } from './missing.ts'
import { lifeOf, ownIdentity, parseIdentity } from './process-identity.ts'

/** Seconds to wait for a lock whose holder may be alive: a first start takes some on a slow machine. */
const lockPatience = 120

/** Runs `work` while no other process does under the same lock file. One that died with the lock loses it. */
export async function withLock<R>(path: string, work: () => Promise<R>): Promise<R> {
  const text = JSON.stringify({ ...ownIdentity(), lock: randomUUID() })
  await acquire(path, text)
  // For those who cannot see this process: a holder that goes silent is gone.
  const beat = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => {})
  }, 3000)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    // One that was taken away while this process was suspended is another's now.
    if ((await textOf(path)) === text) await unlink(path).catch(nullIfMissing)
  }
}

async function acquire(path: string, text: string): Promise<void> {
  const own = `${path}.${randomUUID()}`
  try {
    await writeFile(own, text)
    await chmod(own, 0o644) // whatever the umask: root and a plain user may share a data folder
    for (const end = performance.now() + lockPatience * 1000; ; await pause(20)) {
      // link() makes the lock with its content, or fails: nobody sees half of it.
      if (await link(own, path).then(() => true, isThere)) return
      const held = await textOf(path)
      if (held === null) continue
      const holder = parseIdentity(held)
      const life = lifeOf(holder)
      if (life === 'dead' || (life === 'unknown' && (await isSilent(path)))) await breakLock(path, held, own)
      else if (performance.now() > end)
        throw new EmbeddedPostgresError(
          `the data folder is locked by ${holder ? `process ${holder.pid} on ${holder.host}` : 'an unknown process'}: stop it, or delete ${path} if it is gone. To share a database between machines, set DATABASE_URL`,
        )
    }
  } finally {
    await unlink(own).catch(() => {})
  }
}

function isThere(error: NodeJS.ErrnoException): false {
  if (error.code !== 'EEXIST') throw error
  return false
}

/** What a lock says; null where there is none. One that cannot be read cannot be told from others, and stays. */
function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(nullIfMissing)
}

/**
 * Takes a dead holder's lock away. Under a lock of its own, and after another look: of two that found the same dead
 * holder, the second would else take away the lock that a third has got meanwhile (14 of 400 rounds with 5 starts).
 */
async function breakLock(path: string, held: string, own: string): Promise<void> {
  const breaking = `${path}.break`
  if (await link(own, breaking).then(() => true, isThere)) {
    try {
      if ((await textOf(path)) === held) await unlink(path)
    } finally {
      await unlink(breaking).catch(() => {})
    }
  } else if (await isSilent(breaking)) await unlink(breaking).catch(nullIfMissing) // one that died at it
}
