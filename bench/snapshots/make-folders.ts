import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

// What is snapshotted: the same at each run. Of each file the first half of every 64 KiB, or of the file where it is
// smaller, is words as texts have them (4096 words, the common ones far more often), the second half is pseudo-random
// bytes. gzip -6 makes about 0.7 of it: texts about 0.4, random bytes 1.0.

const stretch = 65_536

/** Of a large folder: `files` of so many MiB each. */
export function makeLargeFolder(folder: string, files: number, mebibytes: number): void {
  mkdirSync(folder, { recursive: true })
  const random = createRandom()
  for (let index = 0; index < files; index += 1) {
    const file = openSync(join(folder, `large-${index}`), 'w')
    for (let written = 0; written < mebibytes; written += 1) writeSync(file, makeContent(2 ** 20, random))
    closeSync(file)
  }
}

/** `files` of 0.5 to 7.5 KiB, 4 on average, a thousand to a folder. */
export function makeManyFiles(folder: string, files: number): void {
  const random = createRandom()
  for (let index = 0; index < files; index += 1) {
    const below = join(folder, String(Math.floor(index / 1000)))
    if (index % 1000 === 0) mkdirSync(below, { recursive: true })
    writeFileSync(join(below, `small-${index}`), makeContent(512 + (random() % 7168), random))
  }
}

/** `files` of 4 KiB, different from those of another `seed`. */
export function makeSmallVolume(folder: string, files: number, seed: number): void {
  mkdirSync(folder, { recursive: true })
  const random = createRandom(seed)
  for (let index = 0; index < files; index += 1)
    writeFileSync(join(folder, `file-${index}`), makeContent(4096, random))
}

function makeContent(size: number, random: () => number): Buffer {
  const content = Buffer.allocUnsafe(size)
  for (let start = 0; start < size; start += stretch) {
    const end = Math.min(size, start + stretch)
    const middle = Math.ceil((start + end) / 2)
    let at = start
    while (at < middle) at += content.write(words[commonIndex(random)] ?? ' ', at, middle - at, 'latin1')
    for (; at < end; at += 1) content[at] = random() >>> 11
  }
  return content
}

/** Marsaglia's xorshift, of 32 bits. */
function createRandom(seed = 1): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const words = makeWords()

function makeWords(): string[] {
  const random = createRandom(42)
  const letter = () => String.fromCharCode(97 + (random() % 26))
  return Array.from({ length: 4096 }, () => `${Array.from({ length: 2 + (random() % 9) }, letter).join('')} `)
}

/** By Zipf's law: the second half as common as the first, at each doubling. */
function commonIndex(random: () => number): number {
  return Math.floor(words.length ** (random() / 2 ** 32)) - 1
}
