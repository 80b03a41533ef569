import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { execute } from '../support/storage.ts'
import { blocksOf, installPackage, startByCommand } from '../support/tutorial.ts'

const all = blocksOf('docs/service.md')
const blocks = (language: string) =>
  all.filter((block) => block.language === language).map(({ text }) => text)

it('every example of docs/service.md does what it says', async () => {
  expect(all).toHaveLength(['sh', 'js', 'text'].flatMap(blocks).length)
  const [serve = '', createKey = '', settings = ''] = blocks('sh')
  const cwd = installPackage()
  const url = await startByCommand(serve, cwd)
  const { stdout: key } = await execute('sh', ['-c', createKey], { cwd })
  const [, accessKey = ''] = /access ?key\W+(\w+)/i.exec(key) ?? []
  const [, secret = ''] = /secret\W+(\S+)/i.exec(key) ?? []
  const own = settings
    .replace('http://127.0.0.1:4000/graphql', url)
    .replace('ACCESSKEY:SECRET', `${accessKey}:${secret}`)
  expect(own).toContain(url)

  // One program: each block goes on where the one before ended.
  writeFileSync(join(cwd, 'service.js'), blocks('js').join('\n'))
  const { stdout } = await execute('sh', ['-c', `${own}node service.js`], { cwd })
  expect(stdout).toBe(blocks('text').join(''))
})
