import { execFileSync } from 'node:child_process'
import type { GatewayProcess } from './process.ts'

/** Root needs no user namespace; a plain user is root in one of its own, where the system lets it. */
const flags = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user']

function works(): boolean {
  try {
    execFileSync('unshare', [...flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Whether a process may mount file systems that it alone sees. */
export const mayMount = works()
/** For the titles of tests that are skipped without. */
export const needsMount = mayMount ? '' : ' (needs unshare --mount, which this user may not)'

/** Runs a program that sees file systems of its own, mounted by these arguments of mount. They go with it. */
export function withMounts(mounts: readonly string[][]): string[] {
  const script = [...mounts.map((args) => `mount ${args.map(quoted).join(' ')}`), 'exec "$@"'].join(' && ')
  return ['unshare', ...flags, 'sh', '-c', script, 'sh']
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Runs a command where such a program is, so that it sees and changes the same file systems. */
export function inside({ process: { pid } }: GatewayProcess, command: string, ...args: string[]): string {
  const own = flags.length > 1 ? ['--user', '--preserve-credentials'] : []
  return execFileSync('nsenter', ['--target', String(pid), ...own, '--mount', command, ...args], {
    encoding: 'utf8',
  })
}
