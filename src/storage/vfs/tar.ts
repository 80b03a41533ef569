import { execFile, spawn } from 'node:child_process'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { StorageError } from '../driver.ts'

export type TarFlavor = 'gnu' | 'bsd'

/** Which tar this machine has. Throws one clear line where it has none; also looked at when the program starts. */
export async function findTar(): Promise<TarFlavor> {
  try {
    const { stdout } = await promisify(execFile)('tar', ['--version'])
    return stdout.includes('GNU tar') ? 'gnu' : 'bsd'
  } catch (error) {
    throw new StorageError(
      'FAILED',
      'tar is needed, and this machine has none: install it (Debian: apt-get install tar)',
      { retryable: true, cause: error },
    )
  }
}

// Tried: without --sparse, --acls and --xattrs holes and attributes are lost.
const options = {
  gnu: [
    '--format=pax',
    '--numeric-owner',
    '--sparse',
    '--acls',
    '--xattrs',
    '--xattrs-include=*',
    '--quoting-style=escape',
  ],
  bsd: ['--format=pax', '--numeric-owner', '--read-sparse', '--acls', '--xattrs'],
}

export interface RunningTar {
  /** The archive, not compressed. */
  stdout: Readable
  /** Resolves with warnings for the log. Rejects with a StorageError, where a file is named, relative to the volume. */
  ended: Promise<string[]>
  kill(): void
}

/** Packs a directory, which is the first member as `./`. The process ends with this one. */
export function startTar(flavor: TarFlavor, directory: string): RunningTar {
  // By its working directory, not by -C: so tar knows no absolute path that it could tell.
  const tar = spawn('tar', [...options[flavor], '-c', '-f', '-', '.'], {
    cwd: directory,
    // Its messages are read, and its options are ours alone.
    env: { ...process.env, LC_ALL: 'C', TAR_OPTIONS: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => {
    tar.kill('SIGKILL')
  }
  process.once('exit', kill)
  let said = ''
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 65_536) said += text
  })
  const ended = new Promise<string[]>((resolve, reject) => {
    tar.once('error', (cause) =>
      reject(new StorageError('FAILED', 'tar could not be started', { retryable: true, cause })),
    )
    tar.once('close', (status) => {
      process.off('exit', kill)
      try {
        resolve(judge(status, said))
      } catch (error) {
        reject(error)
      }
    })
  })
  ended.catch(() => {}) // whoever awaits it hears of it
  // Read from the start: what a process that has ended wrote, and nobody has begun to read, Node throws away.
  const stdout = new PassThrough()
  pipeline(tar.stdout, stdout, () => {})
  return { stdout, ended, kill }
}

/** What tar's exit status and its complaints mean. Status 1: files changed or vanished while they were read. */
export function judge(status: number | null, said: string): string[] {
  const lines = said.split('\n').filter((line) => line !== '')
  if (status === 0 || status === 1) return lines
  const errors = lines.filter(
    (line) => !/: Warning: |Exiting with failure status|: socket ignored$/.test(line),
  )
  // A directory that vanishes between being listed and being opened is an error to tar, but no other than a file.
  const serious = errors.filter(
    (line) => !/(No such file or directory|File removed before we read it)$/.test(line),
  )
  if (status === 2 && errors.length > 0 && serious.length === 0) return lines
  const [first] = serious
  const [, file, reason] =
    /^(?:bsd)?tar: (.+?): ((?:Cannot |Couldn't |Could not |Read error|Permission denied).*)$/.exec(
      first ?? '',
    ) ?? []
  if (file !== undefined)
    throw new StorageError('UNREADABLE', `${file} cannot be read (${reason})`, { retryable: false })
  throw new StorageError('FAILED', `tar failed: ${first ?? `status ${status}`}`, { retryable: true })
}
