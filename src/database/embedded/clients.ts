import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { isSilent } from './is-silent.ts'
import { ifThere, nullIfMissing } from './missing.ts'
import { lifeOf, ownIdentity, type ProcessIdentity, parseIdentity } from './process-identity.ts'

// The processes that use a server: a file for each. Synchronous, as the last things that a process does must be. A
// client that cannot be seen may be there: all of these throw then.

export interface Clients {
  /** Deletes the files of the dead. Rejects where another machine or container is a client. */
  sweep(): Promise<void>
  join(): void
  /** Shows to other machines that we are alive; call it every few seconds. */
  beat(): void
  leave(): void
  /** Whether there is any client. */
  any(): boolean
}

/** A process may open several data folders, or one several times. */
let opened = 0

export function clientsIn(folder: string): Clients {
  const own = join(folder, `${process.pid}-${++opened}.json`)
  const enter = () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    writeFileSync(own, JSON.stringify(ownIdentity()))
    chmodSync(own, 0o644) // whatever the umask: root and a plain user may share a data folder
  }
  return {
    sweep: async () => {
      for (const { path, client } of clientFiles(folder)) {
        const life = lifeOf(client)
        if (life === 'dead' || (life === 'unknown' && (await isSilent(path)))) remove(path)
        else if (life === 'unknown')
          throw new EmbeddedPostgresError(
            `the data folder is in use by another machine or container (${client?.host ?? 'unknown'}): set DATABASE_URL to share a database`,
          )
      }
    },
    join: enter,
    beat: () => {
      try {
        utimesSync(own, new Date(), new Date())
      } catch (error) {
        nullIfMissing(error)
        // Taken for dead while this process was suspended; or the data folder was deleted, and is not made again.
        if (existsSync(dirname(folder))) enter()
      }
    },
    leave: () => remove(own),
    any: () => clientFiles(folder).some(({ client }) => lifeOf(client) !== 'dead'),
  }
}

function clientFiles(folder: string): { path: string; client: ProcessIdentity | null }[] {
  const names = ifThere(() => readdirSync(folder)) ?? []
  return names.flatMap((name) => {
    if (!name.endsWith('.json')) return []
    const path = join(folder, name)
    const text = ifThere(() => readFileSync(path, 'utf8'))
    return text === null ? [] : [{ path, client: parseIdentity(text) }] // null: it has just left
  })
}

function remove(path: string): void {
  ifThere(() => unlinkSync(path))
}
