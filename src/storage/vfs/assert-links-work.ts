import { link, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deleteFileIfThere } from './durable.ts'
import { marker } from './layout.ts'
import { systemCode } from './storage-errors.ts'

/** Throws one clear line where a root cannot publish files by link(), as FAT and some network file systems. */
export async function assertLinksWork(directory: string): Promise<void> {
  const from = join(directory, `${marker}-${process.pid}.tmp`)
  const to = `${from}.link`
  try {
    await writeFile(from, '', { flag: 'w', mode: 0o600 })
    await link(from, to)
  } catch (error) {
    throw new Error(
      `${directory} cannot hold snapshots: writing and linking a file there fails (${systemCode(error)})`,
      { cause: error },
    )
  } finally {
    for (const path of [from, to]) await deleteFileIfThere(path)
  }
}
