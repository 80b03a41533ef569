import { lstat, readdir } from 'node:fs/promises'
import { readMarker } from './root-marker.ts'
import { ignoring, systemCode } from './storage-errors.ts'

/** What the database of a root's archives asks of them before it starts. Rejects where they cannot be looked at. */
export function archivesIn(folder: string) {
  return {
    folder,
    arePresent: async (): Promise<boolean> => {
      const names = await readdir(folder).catch(async (error: unknown) => {
        // A link to a disk that is not mounted leads nowhere, and is no new installation.
        if (systemCode(error) === 'ENOENT' && (await lstat(folder).catch(ignoring('ENOENT'))) === null)
          return []
        throw error
      })
      return names.some((name) => name !== 'lost+found')
    },
    installation: (): Promise<string | null> => readMarker(folder),
  }
}
