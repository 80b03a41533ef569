import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** What a database is to be beside: it and they are of no use without each other. Both reject where they cannot tell. */
export interface Archives {
  /** For messages. */
  folder: string
  /** Whether there may be any. */
  arePresent(): Promise<boolean>
  /** The uuid of the installation that they belong to; null where they carry none. */
  installation(): Promise<string | null>
}

/** Throws where archives are there whose database is not. */
export async function assertNoArchives({ folder, arePresent }: Archives, expected: string): Promise<void> {
  if (!(await arePresent())) return
  throw new EmbeddedPostgresError(
    `${folder} holds snapshots, but their database is not at ${expected}: restore it, or set DATABASE_URL to the server that knows them, or choose another DATA_DIR. No empty database is created beside them`,
  )
}

/** Throws where the archives beside a database belong to another installation than it. */
export async function assertSameInstallation(
  archives: Archives,
  dataDir: string,
  installation: string,
): Promise<void> {
  const found = await archives.installation()
  if (!found || found === installation) return
  throw new EmbeddedPostgresError(
    `${archives.folder} belongs to the installation ${found}, and the database of ${dataDir} to ${installation}: mount or restore the two that belong together`,
  )
}
