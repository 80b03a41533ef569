import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DatabaseAddress } from '../../../src/database/database.ts'
import { superuser } from '../../../src/database/embedded/make-cluster.ts'
import { type Postmaster, readPostmaster, socketOf } from '../../../src/database/embedded/postmaster.ts'

/** Of the server that runs for a data folder. */
export function embeddedAddress(dataDir: string): DatabaseAddress {
  const { password } = recordOf(dataDir)
  return { path: socketOf(serverOf(dataDir)), username: superuser, password, database: superuser }
}

/** The postmaster and its children. */
export function embeddedProcesses(dataDir: string): number[] {
  const { pid } = serverOf(dataDir)
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return [pid, ...children.trim().split(/\s+/).map(Number)]
}

function serverOf(dataDir: string): Postmaster {
  const server = readPostmaster(resolve(dataDir, recordOf(dataDir).folder))
  if (!server) throw new Error('the embedded database does not run')
  return server
}

function recordOf(dataDir: string): { folder: string; password: string } {
  return JSON.parse(readFileSync(`${dataDir}/postgres.json`, 'utf8'))
}
