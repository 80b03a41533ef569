import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createVfs } from '../src/storage/vfs/vfs.ts'
import {
  aSnapshot,
  aWork,
  createTestStorage,
  execute,
  temporaryDirectory,
  volumeUuid,
} from './support/storage.ts'

const asRoot = process.getuid?.() === 0
const has = (tool: string) =>
  execute('sh', ['-c', `command -v ${tool}`]).then(
    () => true,
    () => false,
  )
const tools = {
  xattrs: (await has('setfattr')) && (await has('getfattr')),
  acls: await has('setfacl'),
  bsdtar: await has('bsdtar'),
}

/** Everything that a tree is, by its raw names. */
function describeTree(top: string): Record<string, unknown> {
  const tree: Record<string, unknown> = {}
  const inodes = new Map<number, string>()
  const visit = (path: Buffer, name: string) => {
    const stats = lstatSync(path, { bigint: true })
    const entry: Record<string, unknown> = {
      mode: stats.mode.toString(8),
      ...(stats.isDirectory() ? {} : { size: stats.size }),
      mtime: stats.mtimeNs,
      ...(asRoot && { uid: stats.uid, gid: stats.gid }),
    }
    if (stats.isSymbolicLink()) entry.target = readlinkSync(path, 'buffer').toString('hex')
    if (stats.isFile()) {
      entry.content = createHash('sha256').update(readFileSync(path)).digest('hex')
      entry.sameAs = inodes.get(Number(stats.ino)) ?? name
      inodes.set(Number(stats.ino), entry.sameAs as string)
    }
    tree[name] = entry
    if (!stats.isDirectory()) return
    const names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)
    for (const child of names)
      visit(Buffer.concat([path, Buffer.from('/'), child]), `${name}/${child.toString('hex')}`)
  }
  visit(Buffer.from(top), '.')
  return tree
}

/** As semantics.md and the README say that an archive is restored. */
async function restore(archive: string): Promise<string> {
  const target = temporaryDirectory()
  const attributes = ['--numeric-owner', '--acls', '--xattrs', '--xattrs-include=*']
  await execute('tar', ['-xpzf', archive, ...attributes, '-C', target])
  return target
}

const archiveOf = (root: string, job: { snapshotUuid: string }) =>
  join(root, volumeUuid, `${job.snapshotUuid}.tar.gz`)

describe('an archive', () => {
  it(`restores by plain GNU tar to an identical tree${asRoot ? ', owners included' : ' (owners: not looked at, as the tests do not run as root)'}`, async () => {
    const { driver, config, volume } = await createTestStorage()
    const at = (name: string) => join(volume, name)
    writeFileSync(at('plain'), 'text\n')
    writeFileSync(at('empty'), '')
    mkdirSync(at('empty dir'))
    mkdirSync(at('dir/deep'), { recursive: true })
    writeFileSync(at('dir/deep/-rf'), 'dash')
    writeFileSync(at('new\nline "quoted" \\ 日本'), 'odd')
    writeFileSync(Buffer.concat([Buffer.from(`${volume}/`), Buffer.from([0xff, 0xfe, 0x41])]), 'raw bytes')
    writeFileSync(at('x'.repeat(255)), 'long name')
    symlinkSync('dir/deep', at('link'))
    symlinkSync('/nowhere/at all', at('dangling'))
    linkSync(at('plain'), at('dir/hard'))
    const sparse = openSync(at('sparse'), 'w')
    writeSync(sparse, 'start', 0)
    writeSync(sparse, 'end', 50 * 2 ** 20)
    chmodSync(at('plain'), 0o640)
    chmodSync(at('empty'), 0o4755)
    chmodSync(at('empty dir'), 0o1777)
    if (asRoot) chownSync(at('dir/deep/-rf'), 4242, 4343)
    utimesSync(at('empty'), 1e9, 1234567890.123456)
    utimesSync(volume, 1e9, 987654321.5)

    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    const restored = await restore(archiveOf(config.snapshotsDir, job))
    expect(describeTree(restored)).toEqual(describeTree(volume))
    // Holes stay holes.
    expect(statSync(join(restored, 'sparse')).blocks * 512).toBeLessThan(2 ** 20)
  })

  it.skipIf(!tools.xattrs)('keeps extended attributes (needs setfattr)', async ({ skip }) => {
    const { driver, config, volume } = await createTestStorage()
    writeFileSync(join(volume, 'f'), '')
    await execute('setfattr', ['-n', 'user.colour', '-v', 'blue', join(volume, 'f')]).catch(() =>
      skip('the file system of the temporary folder has no user attributes'),
    )
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    const restored = await restore(archiveOf(config.snapshotsDir, job))
    const { stdout } = await execute('getfattr', ['-n', 'user.colour', '--only-values', join(restored, 'f')])
    expect(stdout).toBe('blue')
  })

  it.skipIf(!tools.acls)('keeps access control lists (needs setfacl)', async ({ skip }) => {
    const { driver, config, volume } = await createTestStorage()
    writeFileSync(join(volume, 'f'), '')
    await execute('setfacl', ['-m', 'u:4242:r--', join(volume, 'f')]).catch(() =>
      skip('the file system of the temporary folder has no access control lists'),
    )
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    const restored = await restore(archiveOf(config.snapshotsDir, job))
    const { stdout } = await execute('getfacl', ['-cn', join(restored, 'f')])
    expect(stdout).toContain('user:4242:r--')
  })

  it.skipIf(!tools.bsdtar)('of bsdtar is whole, or fails (needs bsdtar)', async () => {
    const { config, volume, files } = await createTestStorage()
    writeFileSync(join(volume, 'f'), 'text')
    linkSync(join(volume, 'f'), join(volume, 'hard'))
    const bin = temporaryDirectory()
    const { stdout } = await execute('sh', ['-c', 'command -v bsdtar'])
    symlinkSync(stdout.trim(), join(bin, 'tar'))
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
    const driver = createVfs(config, { info() {}, warn() {}, error() {} })
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    vi.unstubAllEnvs()
    const restored = await restore(archiveOf(config.snapshotsDir, job))
    expect(describeTree(restored)).toEqual(describeTree(volume))
    expect(files('snapshots')).toHaveLength(2)
  })

  it('has ./ as its first member, and leaves sockets out', async () => {
    const { driver, config, volume } = await createTestStorage()
    writeFileSync(join(volume, 'f'), '')
    const server = createServer().listen(join(volume, 'socket'))
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    const { stdout } = await execute('tar', ['-tzf', archiveOf(config.snapshotsDir, job)])
    expect(stdout).toBe('./\n./f\n')
  })

  it('is compressed by gzip at level 6', async () => {
    const { driver, volume, config } = await createTestStorage()
    copyFileSync(new URL('../schema.graphql', import.meta.url), join(volume, 'text'))
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    const archive = readFileSync(join(config.snapshotsDir, volumeUuid, `${job.snapshotUuid}.tar.gz`))
    const content = gunzipSync(archive)
    const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    expect(levels.filter((level) => gzipSync(content, { level }).equals(archive))).toEqual([6])
  })

  it('of several blocks, which are compressed at the same time, is one that gzip and tar find whole', async () => {
    const { driver, config, volume } = await createTestStorage()
    // Half of it does not compress, so that it is several blocks on the disk too.
    for (const name of ['a', 'b', 'c'])
      writeFileSync(
        join(volume, name),
        Buffer.concat([randomBytes(2 ** 20 + 7), Buffer.alloc(2 ** 20, 'text')]),
      )
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    await execute('gzip', ['-t', archiveOf(config.snapshotsDir, job)])
    const restored = await restore(archiveOf(config.snapshotsDir, job))
    expect(describeTree(restored)).toEqual(describeTree(volume))
  })

  it('has the size and checksum that were confirmed before it was published', async () => {
    const storage = await createTestStorage()
    writeFileSync(join(storage.volume, 'f'), 'x'.repeat(100_000))
    const job = aSnapshot()
    const archive = archiveOf(storage.config.snapshotsDir, job)
    const work = aWork(async () => expect(existsSync(archive)).toBe(false))
    const copy = await storage.driver.takeSnapshot(job, work)
    const content = readFileSync(archive)
    expect(copy).toEqual({
      sizeBytes: BigInt(content.length),
      checksum: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    })
    expect(work.confirmed).toEqual([copy])
    expect(statSync(archive).mode & 0o777).toBe(0o600)
    expect(storage.files('snapshots')).toEqual([volumeUuid, `${volumeUuid}/${job.snapshotUuid}.tar.gz`])
  })

  it('warns of a file that changes while it is read, and does not fail', async () => {
    const { driver, volume, logged } = await createTestStorage()
    const file = join(volume, 'growing')
    writeFileSync(file, Buffer.alloc(32 * 2 ** 20, 'x'))
    const growing = setInterval(() => appendFileSync(file, 'x'), 1)
    onTestFinished(() => clearInterval(growing))
    await driver.takeSnapshot(aSnapshot(), aWork())
    expect(logged).toEqual([
      {
        message: 'tar reported warnings',
        fields: { warnings: [expect.stringMatching(/growing: (file changed as we read it|File shrank)/)] },
      },
    ])
  })

  it('is not made where the directory of the volume is gone, and says so', async () => {
    const { driver, volume, files } = await createTestStorage()
    mkdirSync(`${volume}-of-another`) // with nothing beside it, it would look like a disk that is not mounted
    rmSync(volume, { recursive: true })
    await expect(driver.takeSnapshot(aSnapshot(), aWork())).rejects.toMatchObject({
      code: 'VOLUME_UNAVAILABLE',
      retryable: false,
      message: 'the volume cannot be read: its directory db is gone',
    })
    expect(files('snapshots')).toEqual([])
  })
})
