import { describe, expect, it, vi } from 'vitest'
import { aSnapshot, aWork, createTestStorage } from '../support/storage.ts'

const failing = vi.hoisted(() => ({ call: '', path: '', code: '' }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const wrap =
    (name: 'realpath' | 'access' | 'lstat' | 'open') =>
    (path: string, ...more: unknown[]) =>
      failing.call === name && path.endsWith(failing.path)
        ? Promise.reject(Object.assign(new Error(failing.code), { code: failing.code }))
        : (real[name] as (...args: unknown[]) => Promise<unknown>)(path, ...more)
  return {
    ...real,
    realpath: wrap('realpath'),
    access: wrap('access'),
    lstat: wrap('lstat'),
    open: wrap('open'),
  }
})

describe('an error that says nothing of the volume itself is tried again', () => {
  it.each([
    ['realpath', 'volumes', 'ESTALE'],
    ['realpath', 'snapshots', 'EIO'],
    ['access', 'volumes/db', 'ENFILE'],
    ['lstat', 'volumes/db', 'ENOMEM'],
    ['open', 'volumes/db', 'EMFILE'],
  ])('%s of %s: %s', async (call, path, code) => {
    const { driver, files } = await createTestStorage()
    Object.assign(failing, { call, path, code })
    const failure = { code: 'FAILED', retryable: true, message: `the storage failed (${code})` }
    await expect(driver.takeSnapshot(aSnapshot(), aWork())).rejects.toMatchObject(failure)
    if (call !== 'open')
      await expect(driver.checkVolume({ accountRoot: '', path: 'db' })).rejects.toMatchObject(failure)
    expect(files('snapshots')).toEqual([])
    failing.call = ''
    expect(await driver.checkVolume({ accountRoot: '', path: 'db' })).toBeNull()
  })
})
