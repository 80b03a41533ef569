import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../src/database/embedded/lock.ts'
import { lifeOf, ownIdentity } from '../../src/database/embedded/process-identity.ts'
import { temporaryDirectory } from '../support/storage.ts'

const dead = JSON.stringify({ ...ownIdentity(), pid: 4_194_300, start: '1' })

describe('a lock file', () => {
  it('has one holder at a time, also where many find the lock of a dead one', async () => {
    const folder = temporaryDirectory()
    const path = join(folder, 'lock')
    let inside = 0
    let most = 0
    for (let round = 0; round < 40; round++) {
      writeFileSync(path, dead)
      const work = async () => {
        inside += 1
        most = Math.max(most, inside)
        await pause(2)
        inside -= 1
      }
      await Promise.all(Array.from({ length: 6 }, () => withLock(path, work)))
    }
    expect(most).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  it('that was taken away from a suspended holder stays with whoever has it now', async () => {
    const path = join(temporaryDirectory(), 'lock')
    await withLock(path, async () => writeFileSync(path, 'another’s'))
    expect(readFileSync(path, 'utf8')).toBe('another’s')
  })

  it.each([
    '',
    '{"pid":',
  ])('that a loss of power has garbled is taken away once it is silent: %j', async (text) => {
    const path = join(temporaryDirectory(), 'lock')
    writeFileSync(path, text)
    await withLock(path, async () => expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid}`))
    expect(existsSync(path)).toBe(false)
  })

  it('that cannot be looked at is nobody’s to take away', async () => {
    const path = join(temporaryDirectory(), 'lock')
    symlinkSync('lock', path)
    await expect(withLock(path, async () => {})).rejects.toThrow('ELOOP')
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })

  it('whose removal by another cannot be looked at stays', async () => {
    const path = join(temporaryDirectory(), 'lock')
    writeFileSync(path, dead)
    symlinkSync('lock.break', `${path}.break`)
    await expect(withLock(path, async () => {})).rejects.toThrow('ELOOP')
    expect(readFileSync(path, 'utf8')).toBe(dead)
  })
})

describe('a process', () => {
  const own = ownIdentity()
  it.each([
    ['itself', own, 'alive'],
    ['one of another time with its pid', { ...own, start: '1' }, 'dead'],
    ['one of a machine of the same name, or before a restart', { ...own, boot: 'other' }, 'unknown'],
    ['one of another container', { ...own, namespace: 'other' }, 'unknown'],
  ] as const)('sees %s as it is', (_, other, life) => expect(lifeOf(other)).toBe(life))
})
