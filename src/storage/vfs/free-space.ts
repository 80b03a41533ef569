import { statfs } from 'node:fs/promises'
import { StorageError } from '../driver.ts'

/** Throws DISK_FULL where less than `minFree` bytes would stay free of the disk once `needed` more are written. */
export async function assertFreeSpace(directory: string, minFree: number, needed = 0): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(directory)
  const free = bavail * bsize
  if (free >= minFree + needed) return
  const wanted = needed > 0 ? `${sizeText(needed)} are needed and ` : ''
  throw new StorageError(
    'DISK_FULL',
    `disk nearly full: ${sizeText(free)} free of ${sizeText(blocks * bsize)}; ${wanted}${sizeText(minFree)} are to stay free`,
    { retryable: true },
  )
}

const smallestStep = 2 ** 20
const largestStep = 32 * 2 ** 20
const interval = 1000

/**
 * Makes the check for a stage of a pipeline: looks again after each second of writing, and after each quarter of what
 * is to stay free, at most 32 MiB, so that a few attempts at a time do not write all of it between two looks.
 */
export function watchFreeSpace(directory: string, minFree: number): (bytes: number) => Promise<void> {
  const step = Math.max(smallestStep, Math.min(largestStep, minFree / 4))
  let written = 0
  let looked = performance.now()
  return async (bytes) => {
    written += bytes
    if (written < step && performance.now() - looked < interval) return
    written = 0
    looked = performance.now()
    await assertFreeSpace(directory, minFree)
  }
}

function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['TiB', 2 ** 40],
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
  ] as const)
    if (bytes >= size) return `${Math.round((bytes / size) * 10) / 10} ${unit}`
  return `${Math.ceil(bytes / 1024)} KiB`
}
