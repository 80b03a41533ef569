import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

/** Reports percents at most once a second, and never a smaller one than before. */
export function createProgress(report: (percent: number) => void): (percent: number) => void {
  let last = 0
  let reported = performance.now()
  return (percent) => {
    const now = performance.now()
    if (percent <= last || now - reported < 1000) return
    last = percent
    reported = now
    report(percent)
  }
}

/** Roughly the bytes that tar makes of a directory: of holes nothing, of each file a header. */
export async function packedSize(directory: string, signal: AbortSignal): Promise<number> {
  let size = 1024
  for await (const entry of await opendir(directory)) {
    signal.throwIfAborted()
    const path = join(directory, entry.name)
    // What vanishes while it is counted is not counted.
    if (entry.isDirectory()) size += await packedSize(path, signal).catch(() => 0)
    else if (entry.isFile()) {
      const stats = await lstat(path).catch(() => null)
      if (stats) size += 1024 + Math.min(stats.size, stats.blocks * 512)
    } else size += 1024
  }
  return size
}
