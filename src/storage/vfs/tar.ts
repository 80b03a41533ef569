import { execFile, spawn } from 'node:child_process'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { StorageError } from '../driver.ts'
import { createTarReport, type TarFlavor } from './tar-report.ts'

/** Which tar this machine has. Throws one clear line where it has none that will do. */
export async function findTar(): Promise<TarFlavor> {
  const { stdout } = await promisify(execFile)('tar', ['--version']).catch((cause: unknown) => {
    throw noTar('has none', cause)
  })
  if (stdout.includes('GNU tar')) return 'gnu'
  if (stdout.includes('bsdtar')) return 'bsd'
  throw noTar(`has another one (${stdout.split('\n', 1)[0]})`)
}

function noTar(found: string, cause?: unknown): StorageError {
  const message = `GNU tar or bsdtar is needed, and this machine ${found}: install it (Debian and Alpine: the package tar)`
  return new StorageError('FAILED', message, { retryable: true, cause })
}

// Tried: without --sparse, --acls and --xattrs holes and attributes are lost.
export const gnuOptions: readonly string[] = [
  '--format=pax',
  '--numeric-owner',
  '--sparse',
  '--acls',
  '--xattrs',
  '--xattrs-include=*',
  '--quoting-style=escape',
]
const options: Record<TarFlavor, readonly string[]> = {
  gnu: gnuOptions,
  bsd: ['--format=pax', '--numeric-owner', '--read-sparse', '--acls', '--xattrs'],
}

export interface RunningTar {
  /** The archive, not compressed. */
  stdout: Readable
  /** Resolves with warnings for the log. Rejects with a StorageError, where a file is named, relative to the volume. */
  ended: Promise<string[]>
  /** Whether somebody else than we has ended it by a signal. */
  wasEnded(): boolean
  kill(): void
}

/** Packs a directory, which is the first member as `./`. The process ends with this one. */
export function startTar(flavor: TarFlavor, directory: string): RunningTar {
  // By its working directory, not by -C: so tar knows no absolute path that it could tell.
  const tar = spawn('tar', [...options[flavor], '-c', '-f', '-', '.'], {
    cwd: directory,
    // Its messages are read, names as they are; its options are ours alone.
    env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: undefined, TAR_OPTIONS: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let killed = false
  const kill = () => {
    killed = true
    tar.kill('SIGKILL')
  }
  process.once('exit', kill)
  const report = createTarReport(flavor)
  tar.stderr.setEncoding('utf8').on('data', report.hear)
  const ended = new Promise<string[]>((resolve, reject) => {
    tar.once('error', (cause) =>
      reject(new StorageError('FAILED', 'tar could not be started', { retryable: true, cause })),
    )
    tar.once('close', (status, signal) => {
      process.off('exit', kill)
      try {
        resolve(report.judge(status, signal))
      } catch (error) {
        reject(error)
      }
    })
  })
  ended.catch(() => {}) // whoever awaits it hears of it
  // Read from the start: what a process that has ended wrote, and nobody has begun to read, Node throws away.
  const stdout = new PassThrough()
  pipeline(tar.stdout, stdout, () => {})
  return { stdout, ended, wasEnded: () => !killed && tar.signalCode !== null, kill }
}
