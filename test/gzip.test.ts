import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gzip } from '../src/storage/vfs/gzip.ts'

const mebibyte = 2 ** 20

/** Deterministic: text that repeats, bytes that do not, or both in turns. */
function makeContent(size: number, kind: 'text' | 'random' | 'mixed'): Buffer {
  const content = Buffer.alloc(size, 'the same again, ')
  if (kind === 'text') return content
  let state = size + 1
  for (let at = 0; at < size; at += 1) {
    if (kind === 'mixed' && (at & 0x8000) !== 0) continue
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    content[at] = state >>> 24
  }
  return content
}

async function* inChunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

async function compressed(content: Buffer, chunkSize = 65_536): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of gzip(inChunks(content, chunkSize))) parts.push(part)
  return Buffer.concat(parts)
}

it('is undone to the same bytes, whatever their number is and in whatever pieces they come', async () => {
  const nearBorder = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -2, max: 2 }))
    .map(([blocks, off]) => Math.max(0, blocks * mebibyte + off))
  const sizes = fc.oneof(nearBorder, fc.integer({ min: 0, max: 3 * mebibyte }))
  const chunkSizes = fc.constantFrom(10_240, 65_536, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte)
  const kinds = fc.constantFrom('text' as const, 'random' as const, 'mixed' as const)
  await fc.assert(
    fc.asyncProperty(sizes, chunkSizes, kinds, async (size, chunkSize, kind) => {
      const content = makeContent(size, kind)
      const archive = await compressed(content, chunkSize)
      expect(gunzipSync(archive).equals(content)).toBe(true)
      expect(archive.equals(await compressed(content))).toBe(true)
    }),
    {
      numRuns: 40,
      examples: [
        [0, 65_536, 'text'],
        [mebibyte, 65_536, 'random'],
        [4 * mebibyte, mebibyte, 'mixed'],
      ],
    },
  )
})

it('is one stream that gzip itself finds whole', async () => {
  const content = makeContent(5 * mebibyte + 17, 'mixed')
  const archive = await compressed(content)
  expect(spawnSync('gzip', ['-t'], { input: archive })).toMatchObject({ status: 0, stderr: Buffer.alloc(0) })
  const { stdout } = spawnSync('gzip', ['-d'], { input: archive, maxBuffer: 2 * content.length })
  expect(stdout.equals(content)).toBe(true)
})

it('is hardly larger than what one thread would make of it', async () => {
  for (const kind of ['text', 'random', 'mixed'] as const) {
    const content = makeContent(8 * mebibyte, kind)
    const alone = gzipSync(content, { level: 6 })
    expect((await compressed(content)).length).toBeLessThan(alone.length * 1.01 + 1000)
  }
})

it('reads no more than a few blocks ahead of what is taken from it', async () => {
  let read = 0
  const endless = (async function* () {
    for (const chunk = Buffer.alloc(65_536, 'x'); ; read += chunk.length) yield chunk
  })()
  const archive = gzip(endless)
  await archive.next() // the header
  for (let block = 1; block <= 3; block += 1) {
    await archive.next()
    await pause(50)
    expect(read).toBeLessThanOrEqual((block + 5) * mebibyte)
  }
  await archive.return(undefined)
})

it('fails as its source does, with blocks still under way', async () => {
  const failing = (async function* () {
    yield makeContent(2 * mebibyte + 1, 'random')
    throw new Error('cannot be read')
  })()
  const taken = async () => {
    for await (const _ of gzip(failing));
  }
  await expect(taken()).rejects.toThrow('cannot be read')
})
