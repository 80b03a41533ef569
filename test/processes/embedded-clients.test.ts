import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clientsIn } from '../../src/database/embedded/clients.ts'
import { ownIdentity } from '../../src/database/embedded/process-identity.ts'
import { temporaryDirectory } from '../support/storage.ts'

/** A server's clients, this process among them, and its file. */
function joined() {
  const folder = join(temporaryDirectory(), 'clients')
  const clients = clientsIn(folder)
  clients.join()
  const [name = ''] = readdirSync(folder)
  return { folder, clients, own: join(folder, name) }
}

describe('the clients of a server', () => {
  it('are none once all have left, by themselves or by death', async () => {
    const { folder, clients, own } = joined()
    const dead = join(folder, '999.json')
    writeFileSync(dead, JSON.stringify({ ...ownIdentity(), pid: 4_194_300, start: '1' }))
    expect(clients.any()).toBe(true)
    clients.leave()
    expect(clients.any()).toBe(false)
    await clients.sweep()
    expect([own, dead].filter(existsSync)).toEqual([])
    clients.leave() // gone already
  })

  it('are not taken for gone where they cannot be listed', async () => {
    const { folder, clients } = joined()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect(() => clients.any()).toThrow('ENOTDIR')
    await expect(clients.sweep()).rejects.toThrow('ENOTDIR')
  })

  it('are not taken for gone where what they say cannot be read', async () => {
    const { folder, clients } = joined()
    mkdirSync(join(folder, '999.json'))
    expect(() => clients.any()).toThrow('EISDIR')
    await expect(clients.sweep()).rejects.toThrow('EISDIR')
    expect(existsSync(join(folder, '999.json'))).toBe(true)
  })

  it('do not leave where their file cannot be deleted', () => {
    const { clients, own } = joined()
    rmSync(own)
    mkdirSync(own)
    expect(() => clients.leave()).toThrow(/unlink/)
  })

  it('count until they are silent where a loss of power has garbled what they say', async () => {
    const { folder, clients } = joined()
    const garbled = join(folder, '999.json')
    writeFileSync(garbled, '{"pid":')
    clients.leave()
    expect(clients.any()).toBe(true)
    await clients.sweep()
    expect(existsSync(garbled)).toBe(false)
  })

  it('are shown again where they were taken for dead, but not in a data folder that was deleted', () => {
    const { folder, clients, own } = joined()
    rmSync(folder, { recursive: true })
    clients.beat()
    expect(statSync(own).isFile()).toBe(true)
    rmSync(join(folder, '..'), { recursive: true })
    clients.beat()
    expect(existsSync(folder)).toBe(false)
  })
})
