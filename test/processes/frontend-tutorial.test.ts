import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { execute } from '../support/storage.ts'
import { blocksOf, installPackage, startByCommand } from '../support/tutorial.ts'

const all = blocksOf('docs/frontend.md')
const blocks = (language: string) =>
  all.filter((block) => block.language === language).map(({ text }) => text)

it('every example of docs/frontend.md does what it says', async () => {
  expect(all).toHaveLength(['sh', 'js', 'text'].flatMap(blocks).length)
  const [serve = ''] = blocks('sh')
  const cwd = installPackage()
  const url = await startByCommand(serve, cwd)
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: /CORS_ORIGINS=(\S+)/.exec(serve)?.[1] ?? '',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
    204,
    'http://127.0.0.1:5173',
  ])
  // One program: each block goes on where the one before ended.
  const program = blocks('js').join('\n').replace('http://127.0.0.1:4000/graphql', url)
  expect(program).toContain(url)
  writeFileSync(join(cwd, 'frontend.js'), program)
  const { stdout } = await execute('node', ['frontend.js'], { cwd })
  expect(stdout).toBe(blocks('text').join(''))
})
