import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Sql } from 'postgres'
import type { Server } from '../servers/server.ts'

/** The versions of what was measured, by its name. */
export async function versionsOf(sql: Sql, servers: readonly Server[]): Promise<Record<string, string>> {
  const [server] = await sql<{ server_version: string }[]>`show server_version`
  const packages = ['postgres', ...servers.flatMap((server) => server.package ?? [])]
  return {
    node: process.version.slice(1),
    postgresql: server?.server_version ?? 'unknown',
    ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  }
}

/** Of a package that is installed here, or else for the whole project. */
function versionOf(name: string): string {
  for (const folder of ['..', '../..']) {
    const path = fileURLToPath(new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url))
    try {
      return JSON.parse(readFileSync(path, 'utf8')).version
    } catch {} // it is in the other
  }
  return 'unknown'
}
