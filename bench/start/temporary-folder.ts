import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs with a temporary folder, which is deleted afterwards; everybody may enter it, as the user of the database must. */
export async function inTemporaryFolder<R>(run: (folder: string) => Promise<R>): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-gateway-bench-'))
  chmodSync(folder, 0o755)
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
