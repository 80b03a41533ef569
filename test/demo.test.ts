import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { execute, temporaryDirectory } from './support/storage.ts'

const program = fileURLToPath(new URL('../dist/demo/main.js', import.meta.url))

it('the demo takes and backs up a directory, and prints a command that restores it', async () => {
  const volume = join(temporaryDirectory(), 'things')
  mkdirSync(join(volume, 'deep'), { recursive: true })
  writeFileSync(join(volume, 'deep/file'), 'content')
  symlinkSync('deep', join(volume, 'link'))
  const { stdout } = await execute(process.execPath, [program, volume])
  const dataDir = /rm -r (\S+)$/m.exec(stdout)?.[1] ?? ''
  expect(dataDir.startsWith(tmpdir())).toBe(true)
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  expect(stdout).toMatch(/^Snapshot 1s1\s.* 100 %$/m)
  expect(stdout).toMatch(/^Backup of 1s1\s.* 100 %$/m)
  expect(stdout).toMatch(/sha256:[0-9a-f]{64}/)
  const command = /^ {2}(mkdir restored && tar .*)$/m.exec(stdout)?.[1] ?? ''
  const cwd = temporaryDirectory()
  execFileSync('sh', ['-c', command], { cwd })
  execFileSync('diff', ['-r', volume, join(cwd, 'restored')])
  // Nothing of it runs on.
  expect(readdirSync(join(dataDir, 'postgres.clients'))).toEqual([])
})

it('the demo says what is wrong with a directory that is none', async () => {
  await expect(execute(process.execPath, [program, '/nowhere'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/nowhere is no directory'),
  })
})
