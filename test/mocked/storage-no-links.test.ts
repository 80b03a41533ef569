import { readdirSync, rmSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { createTestStorage } from '../support/storage.ts'

const links = vi.hoisted(() => ({ work: true }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const link: typeof real.link = (from, to) =>
    links.work
      ? real.link(from, to)
      : Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' }))
  return { ...real, link }
})

it('a root on which files cannot be linked is refused, whether it is new or known', async () => {
  const { driver, config } = await createTestStorage()
  links.work = false
  await expect(driver.prepareRoot('backups', true)).rejects.toMatchObject({
    message: 'files cannot be linked there (EPERM)',
    retryable: false,
  })
  expect(readdirSync(config.backupsDir)).toEqual(['.snapshot-gateway'])
  rmSync(config.backupsDir, { recursive: true })
  await expect(driver.prepareRoot('backups', false)).rejects.toMatchObject({
    message: 'nothing can be written and linked there (EPERM)',
    retryable: false,
  })
})
