import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../support/main-job.ts'
import { startProcess } from '../support/process.ts'
import { execute, temporaryDirectory } from '../support/storage.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'snapshot-gateway-package-'))
const app = join(directory, 'app')
const installed = join(app, 'node_modules/snapshot-gateway')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

// Built already: prepack would build it anew under the feet of the other tests.
beforeAll(async () => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', directory]
  await execute('npm', pack, { cwd: repository })
  const [tarball = ''] = readdirSync(directory).filter((name) => name.endsWith('.tgz'))
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(directory, tarball)]
  await execute('npm', install, { cwd: app })
}, 300_000)

/** What somebody writes who installed it. */
const program = `
import {
  type CreateSnapshotMutation, createClient, CreateSnapshotDocument, GatewayError, GetViewerDocument,
  type SnapshotEventKind, type TypedDocument, type WatchVariables,
} from 'snapshot-gateway/client'
const client = createClient({ url: 'http://127.0.0.1:4000/graphql', authorization: async () => 'Bearer a:b' })
export const role: 'VIEWER' | 'OPERATOR' | 'ADMIN' = (await client.request(GetViewerDocument)).viewer.role
const input = { volumeId: '1v1', idempotencyKey: 'k' }
const result: CreateSnapshotMutation = await client.request(CreateSnapshotDocument, { input }, { retry: true })
// @ts-expect-error: it needs its variables
await client.request(CreateSnapshotDocument)
// @ts-expect-error: a member has what it has
result.createSnapshot?.state
switch (result.createSnapshot?.__typename) {
  case 'Snapshot': result.createSnapshot.state satisfies string; break
  case 'InvalidInputError': result.createSnapshot.problems[0]?.fieldName satisfies string | undefined; break
  default: result.createSnapshot satisfies null | undefined
}
for await (const { cursor, event } of client.watch({ after: null, filter: { to: ['CREATED'] } })) {
  const kind: SnapshotEventKind | undefined = event?.kind
  export_(cursor, kind)
}
type Own = { snapshotEvents: { cursor: string; event: { at: string } | null } | null }
declare const own: TypedDocument<Own, WatchVariables>
for await (const { event } of client.watch({ document: own })) event?.at satisfies string | undefined
const text: { a: number } = await client.request<{ a: number }>('{ a }')
if (new GatewayError('x').isRetryable) export_(text)
function export_(..._: unknown[]) {}
`

describe('the package', () => {
  it('has the program, the client, the schema, the migrations and the documents, and nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'drizzle',
      'package.json',
      'schema.graphql',
    ])
    const files = readdirSync(installed, { recursive: true }) as string[]
    expect(
      files.filter((name) => /\.(map|tsx?)$|test/.test(name) && !/^dist\/client\/.*\.d\.ts$/.test(name)),
    ).toEqual([])
    for (const name of ['schema.graphql', 'LICENSE', 'drizzle/meta/_journal.json'])
      expect(readFileSync(join(installed, name), 'utf8')).toBe(readFileSync(join(repository, name), 'utf8'))
  })

  it('runs by npx, and serves a client that is imported from it', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    const { stdout } = await execute('npx', ['--no-install', 'snapshot-gateway', '--version'], { cwd: app })
    expect(stdout.trim()).toBe(version)

    const main = [join(app, 'node_modules/.bin/snapshot-gateway')] // what npx runs
    const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory(), main })
    const script = `
      import { createClient, GetViewerDocument } from 'snapshot-gateway/client'
      const client = createClient({ url: process.argv[2] })
      for await (const { cursor } of client.watch()) {
        console.log(JSON.stringify({ ...(await client.request(GetViewerDocument)), cursor: typeof cursor }))
        break
      }`
    writeFileSync(join(app, 'script.js'), script)
    const answer = await execute(process.execPath, ['script.js', gateway.url], { cwd: app })
    expect(JSON.parse(answer.stdout)).toEqual({
      viewer: { role: 'ADMIN', account: { id: '1a1', name: 'default' } },
      cursor: 'string',
    })
    expect(await gateway.stop()).toBe(0)
  })

  it.each([
    { module: 'node16', lib: 'es2023,dom', types: '' },
    { module: 'preserve', lib: 'es2023,dom', types: '' },
    { module: 'nodenext', lib: 'es2023', types: 'node' },
  ])('has types for $module with $lib, without any other package', async ({ module, lib, types }) => {
    writeFileSync(join(app, 'program.ts'), program)
    const moduleResolution = module === 'preserve' ? 'bundler' : module
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'es2023', lib: lib.split(','), noEmit: true, strict: true },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: types !== '' },
      ...{ types: types ? [types] : [], typeRoots: [join(repository, 'node_modules/@types')] },
    }
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    const compiler = join(repository, 'node_modules/typescript/bin/tsc')
    const compiled = await execute(process.execPath, [compiler], { cwd: app }).catch((error) => error)
    expect(compiled.stdout).toBe('')
  })

  it('has a client that a page can import: it brings nothing but itself', async () => {
    const stdin = { contents: `export * from 'snapshot-gateway/client'`, resolveDir: app }
    const options = {
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      metafile: true,
    } as const
    const { metafile, errors, warnings } = await build({ stdin, absWorkingDir: app, ...options })
    const others = Object.keys(metafile.inputs).filter(
      (name) => !/^(<stdin>|node_modules\/snapshot-gateway\/dist\/client\/[\w-]+\.js)$/.test(name),
    )
    expect([others, errors, warnings]).toEqual([[], [], []])
  })
})
