import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { OsUser } from './os-user.ts'

/** Runs a program of Postgres to its end. Rejects with what it said. */
export async function run(program: string, args: string[], user: OsUser | null): Promise<void> {
  try {
    await promisify(execFile)(program, args, { cwd: '/', env: postgresEnvironment(), ...user })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(stderr.trim() || String(error), { cause: error })
  }
}

/** Nothing of ours: PGDATA, PGPORT and their like would be taken for settings. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}
