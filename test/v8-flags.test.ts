import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('each flag of V8 that the program sets is one of this version of Node', () => {
  const program = readFileSync(new URL('../src/main.ts', import.meta.url), 'utf8')
  const flags = [...program.matchAll(/setFlagsFromString\('--(?:no-)?([\w-]+)'\)/g)].map(([, name]) => name)
  expect(flags).toHaveLength(1)
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  for (const flag of flags) expect(known).toContain(`--${flag} `)
})
