import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { StoredCopy } from '../driver.ts'
import { openTemporary } from './durable.ts'
import { systemCode } from './storage-errors.ts'

/** Sees how many bytes pass, and may wait. */
type Tap = (bytes: number) => void | Promise<void>

/** A stage of a pipeline. */
type Stage = Duplex | ((source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>)

/** A stage that changes nothing. */
export function tapStage(tap: Tap): Stage {
  return async function* (source) {
    for await (const chunk of source) {
      await tap(chunk.length)
      yield chunk
    }
  }
}

/** Counts and hashes what passes through a pipeline. */
function createTally(tap: Tap) {
  const hash = createHash('sha256')
  let size = 0n
  return {
    pass: async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk)
        size += BigInt(chunk.length)
        await tap(chunk.length)
        yield chunk
      }
    },
    result: (): StoredCopy => ({ sizeBytes: size, checksum: `sha256:${hash.digest('hex')}` }),
  }
}

/** Writes a new file from a stream, perhaps through other stages, and syncs it. Returns what was written. */
export async function writeCopy(
  path: string,
  source: Readable,
  { through = [], tap, signal }: { through?: Stage[]; tap: Tap; signal: AbortSignal },
): Promise<StoredCopy> {
  const tally = createTally(tap)
  const handle = await openTemporary(path)
  try {
    // No stream of the file: one that is destroyed closes it under a write that is still under way.
    const write = (chunks: AsyncIterable<Buffer>) => writeFile(handle, chunks)
    const stages = [source, ...through, tally.pass, write] as unknown[]
    // The types know of streams only where the number of stages is not fixed.
    await pipeline(stages as NodeJS.ReadWriteStream[], { signal })
    await handle.sync()
    return tally.result()
  } finally {
    await handle.close()
  }
}

export function readArchive(path: string): Readable {
  return createReadStream(path, { highWaterMark: 2 ** 20 })
}

/** Reads a whole file; null where there is none. */
export async function readBack(path: string, tap: Tap, signal: AbortSignal): Promise<StoredCopy | null> {
  const tally = createTally(tap)
  try {
    await pipeline(
      readArchive(path),
      tally.pass,
      async (source: AsyncIterable<Buffer>) => {
        for await (const _ of source);
      },
      { signal },
    )
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
  return tally.result()
}
