import fc from 'fast-check'
import type { FilesBench } from './files.ts'

const happenings = [
  ...['claim', 'claim', 'claim', 'step', 'steps', 'steps', 'steps', 'run'],
  ...['lease', 'lease', 'due', 'deadline', 'stop'],
  ...['backupSnapshot', 'backupSnapshot', 'removeSnapshot', 'removeSnapshot', 'removeBackup'],
] as const

/** Lets attempts meet on their files in any order, one change of a file at a time; then all of it comes to an end. */
export async function runFiles(
  createBench: () => Promise<FilesBench>,
  {
    seconds,
    ...parameters
  }: { numRuns: number; length: number; seconds: number; seed?: number; path?: string },
): Promise<{ runs: number; steps: number }> {
  const happened = { runs: 0, steps: 0 }
  const { length: maxLength, ...rest } = parameters
  const way = fc.array(fc.tuple(fc.constantFrom(...happenings), fc.nat({ max: 9 })), {
    maxLength,
    size: 'max',
  })
  const end = performance.now() + seconds * 1000
  const property = fc.asyncProperty(way, async (way) => {
    if (performance.now() > end) return
    const bench = await createBench()
    await bench.begin()
    for (const [what, n] of way) {
      await happen(bench, what, n)
      happened.steps += 1
    }
    await bench.end()
    happened.runs += 1
  })
  await fc.assert(property, rest)
  return happened
}

async function happen(bench: FilesBench, what: (typeof happenings)[number], n: number): Promise<void> {
  const attempt = bench.waiting[n % bench.waiting.length]
  const rows = await bench.rows()
  const isFor = (id: string) => (what === 'removeBackup' ? id.startsWith('1b') : id.startsWith('1s'))
  const row = rows.filter(({ id }) => isFor(id))[n % Math.max(1, rows.filter(({ id }) => isFor(id)).length)]
  switch (what) {
    case 'claim':
      await bench.claim()
      return
    case 'step':
      if (attempt) await bench.step(attempt)
      return
    case 'steps':
      for (let left = 2 + (n % 3); left > 0 && attempt && bench.waiting.includes(attempt); left--)
        await bench.step(attempt)
      return
    case 'run':
      while (attempt && bench.waiting.includes(attempt)) await bench.step(attempt)
      return
    case 'stop':
      attempt?.stop.abort()
      return
    case 'lease':
    case 'due':
    case 'deadline':
      if (row) await bench.pass(what, row.id)
      return
    default:
      if (row) await bench.act(what, row.id)
  }
}
