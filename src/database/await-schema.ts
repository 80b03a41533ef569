import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseAddress } from './database.ts'
import { migrateDatabase, SchemaBehind } from './migrate.ts'

/** Waits until somebody else has brought the schema up to date; `onWait` hears once why. Returns the installation. */
export async function awaitSchema(
  address: DatabaseAddress,
  installation: string | undefined,
  onWait: (reason: string) => void,
): Promise<string> {
  for (let told = false; ; told = true) {
    try {
      return await migrateDatabase(address, { installation, migrate: false })
    } catch (error) {
      if (!(error instanceof SchemaBehind)) throw error
      if (!told) onWait(error.message)
      await pause(2000)
    }
  }
}
