import {
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
import { lifeOf, ownIdentity, type ProcessIdentity } from './process-identity.ts'

// The processes that use a server: a file for each. Synchronous, as the last things that a process does must be.

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
  const read = (): { path: string; client: ProcessIdentity }[] =>
    names(folder).flatMap((name) => {
      try {
        return [{ path: join(folder, name), client: JSON.parse(readFileSync(join(folder, name), 'utf8')) }]
      } catch {
        return [] // it has just left
      }
    })
  const enter = () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    writeFileSync(own, JSON.stringify(ownIdentity()), { mode: 0o644 })
  }
  return {
    sweep: async () => {
      for (const { path, client } of read()) {
        const life = lifeOf(client)
        if (life === 'dead' || (life === 'unknown' && (await isSilent(path)))) remove(path)
        else if (life === 'unknown')
          throw new EmbeddedPostgresError(
            `the data folder is in use by another machine or container (${client.host}): set DATABASE_URL to share a database`,
          )
      }
    },
    join: enter,
    beat: () => {
      try {
        utimesSync(own, new Date(), new Date())
      } catch {
        // Taken for dead while this process was suspended; or the data folder was deleted, and is not made again.
        if (existsSync(dirname(folder))) enter()
      }
    },
    leave: () => remove(own),
    any: () => read().some(({ client }) => lifeOf(client) !== 'dead'),
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {} // gone already
}
