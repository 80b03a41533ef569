import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

/** Bytes of text, which gzip has to work for. */
const chunk = Buffer.from(randomBytes(6 * 2 ** 20).toString('base64'))
const size = 2 ** 30

it('a directory of 1 GB is taken and backed up while the API goes on answering', async () => {
  const cwd = temporaryDirectory()
  const volume = join(cwd, 'volumes/large')
  mkdirSync(volume, { recursive: true })
  for (let file = 0; file < 4; file++) {
    writeFileSync(join(volume, `${file}`), '')
    for (let bytes = 0; bytes < size / 4; bytes += chunk.length)
      appendFileSync(join(volume, `${file}`), chunk)
  }
  const gateway = await startProcess(['--port', '0'], { VOLUMES_DIR: join(cwd, 'volumes') }, { cwd })
  await gateway.data('mutation { createVolume(input: { name: "large" }) { ... on Volume { id } } }')

  const waits: number[] = []
  const percents = new Set<number>()
  /** Asks all the time until nothing is under way. */
  const follow = async (mutation: string) => {
    await gateway.data(`mutation { ${mutation} { ... on Snapshot { id } ... on UserError { message } } }`)
    for (;;) {
      const start = performance.now()
      const { snapshot } = await gateway.data(
        '{ snapshot(id: "1s1") { state transitioning transitioningProgress backup { uri } volume { id } } }',
      )
      waits.push(performance.now() - start)
      if (snapshot.transitioningProgress !== null) percents.add(snapshot.transitioningProgress)
      if (snapshot.transitioning !== 'YES') return snapshot
    }
  }
  expect(await follow('createSnapshot(input: { volumeId: "1v1" })')).toMatchObject({
    state: 'CREATED',
    transitioning: 'NO',
  })
  const taken = waits.length
  const { state, backup } = await follow('backupSnapshot(input: { id: "1s1" })')
  expect(state).toBe('BACKED_UP')
  // It was asked, and answered, the whole time; and progress was told.
  expect(taken).toBeGreaterThan(100)
  expect(percents.size).toBeGreaterThan(3)
  waits.sort((a, b) => a - b)
  const at = (share: number) => `${waits[Math.floor(share * (waits.length - 1))]?.toFixed(1)} ms`
  console.log(`${waits.length} answers: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`)

  const restored = temporaryDirectory()
  execFileSync('tar', ['-xzf', fileURLToPath(backup.uri), '-C', restored])
  execFileSync('diff', ['-r', volume, restored])
  expect(await gateway.stop()).toBe(0)
})
