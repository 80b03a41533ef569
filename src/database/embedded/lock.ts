import { randomUUID } from 'node:crypto'
import { link, readFile, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { isSilent } from './is-silent.ts'
import { lifeOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** Seconds to wait for a lock whose holder may be alive: a first start takes some on a slow machine. */
const patience = 120

/** Runs `work` while no other process does under the same lock file. One that died with the lock loses it. */
export async function withLock<R>(path: string, work: () => Promise<R>): Promise<R> {
  await acquire(path)
  // For those who cannot see this process: a holder that goes silent is gone.
  const beat = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => {})
  }, 3000)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await unlink(path).catch(() => {})
  }
}

async function acquire(path: string): Promise<void> {
  const own = `${path}.${randomUUID()}`
  await writeFile(own, JSON.stringify(ownIdentity()), { mode: 0o600 })
  try {
    for (const end = performance.now() + patience * 1000; ; await pause(20)) {
      // link() makes the lock with its content, or fails: nobody sees half of it.
      if (await link(own, path).then(() => true, isThere)) return
      const text = await readFile(path, 'utf8').catch(() => null)
      if (text === null) continue
      const holder = JSON.parse(text) as ProcessIdentity
      const life = lifeOf(holder)
      if (life === 'dead' || (life === 'unknown' && (await isSilent(path)))) await breakLock(path, text)
      else if (performance.now() > end)
        throw new EmbeddedPostgresError(
          `the data folder is locked by process ${holder.pid} on ${holder.host}: stop it, or delete ${path} if it is gone. Several machines share a database by DATABASE_URL`,
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

/** Takes a dead holder's lock away; if it turns out to be another's meanwhile, it is put back. */
async function breakLock(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => {})
  const found = await readFile(aside, 'utf8').catch(() => null)
  if (found === null) return
  if (found !== text) await link(aside, path).catch(() => {})
  await unlink(aside).catch(() => {})
}
