import { StorageError } from '../driver.ts'

export type TarFlavor = 'gnu' | 'bsd'

/** What a tar said, judged line by line: however much it says, little of it is kept. */
export interface TarReport {
  /** Takes what it writes to stderr, in any pieces. */
  hear(text: string): void
  /**
   * Once it has ended: its warnings, the first of them, for the log. Throws a StorageError where the archive is not
   * whole: UNREADABLE names the first file, relative to the volume.
   */
  judge(status: number | null, signal: NodeJS.Signals | null): string[]
}

/** `noise`: nothing of it is missing. `change`: a file that changed or vanished while it was read, as files do. */
type Verdict = 'noise' | 'change' | StorageError

const keptWarnings = 20
const longestLine = 65_536

export function createTarReport(flavor: TarFlavor): TarReport {
  const judgeLine = { gnu: judgeGnuLine, bsd: judgeBsdLine }[flavor]
  // GNU tar says with status 1 that files changed; bsdtar says it of everything.
  const harmless = flavor === 'gnu' ? [0, 1] : [0]
  const warnings: string[] = []
  let changes = 0
  let failure: StorageError | undefined
  let rest = ''

  const hearLine = (line: string) => {
    if (line === '') return
    const verdict = judgeLine(line)
    if (verdict instanceof StorageError) failure ??= verdict
    else if (verdict === 'change') changes += 1
    if (warnings.length < keptWarnings) warnings.push(line)
  }

  return {
    hear: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) hearLine(line)
      if (rest.length < longestLine) return
      hearLine(rest)
      rest = ''
    },
    judge: (status, signal) => {
      hearLine(rest)
      if (status !== null && harmless.includes(status)) return warnings
      if (failure) throw failure
      // Of a directory that vanishes between being listed and being opened GNU tar says the same as of any failure.
      if (changes > 0 && status === (flavor === 'gnu' ? 2 : 1)) return warnings
      throw failed(`ended by ${signal ?? `status ${status}`}`)
    },
  }
}

/** GNU tar, told to escape names, escapes the colons in them: what comes before the first other one is the name. */
const gnuLine = /^tar: ((?:[^:\\]|\\.)+): (.+)$/
const gnuChange =
  /^(file changed as we read it|File removed before we read it|File shrank by \d+ bytes?(?:; padding with zeros)?)$/
const gnuNoise = /^(socket ignored|Warning: .+)$/

function judgeGnuLine(line: string): Verdict {
  if (line.startsWith('tar: Exiting with failure status')) return 'noise'
  const [, name, said = ''] = gnuLine.exec(line) ?? []
  if (name === undefined) return failed(line)
  if (gnuNoise.test(said)) return 'noise'
  if (gnuChange.test(said)) return 'change'
  const [, verb, reason] = /^(?:Cannot (\w+)|Read error at .+): ([^:]+)$/.exec(said) ?? []
  if (reason === undefined || verb === 'write') return failed(line)
  // A link that has become something else is no link to read.
  if (isChange(reason) || (verb === 'readlink' && reason === 'Invalid argument')) return 'change'
  return unreadable(name.replaceAll('\\:', ':'), said, reason)
}

function judgeBsdLine(line: string): Verdict {
  const said = line.replace(/^(?:bsd)?tar: /, '')
  if (said.startsWith('Error exit delayed')) return 'noise'
  if (said.endsWith('may have grown while being archived')) return 'change'
  const [, file, reason] = /^(.+): ([^:]+)$/.exec(said) ?? []
  if (file === undefined || reason === undefined) return failed(line)
  const [, quoted = file] = /`(.+)'/.exec(file) ?? []
  return isChange(reason) ? 'change' : unreadable(quoted, reason, reason)
}

/** What a file says that has vanished, or has become another kind of file, since its directory was read. */
function isChange(reason: string): boolean {
  return ['No such file or directory', 'Not a directory', 'Too many levels of symbolic links'].includes(
    reason,
  )
}

/** What says nothing of the file, but of the machine or the network just now. */
const transient = [
  'Stale file handle',
  'Too many open files',
  'Too many open files in system',
  'Cannot allocate memory',
  'Connection timed out',
  'Resource temporarily unavailable',
  'Interrupted system call',
]

function unreadable(file: string, said: string, reason: string): StorageError {
  const retryable = transient.includes(reason)
  return new StorageError('UNREADABLE', `${file} cannot be read (${said})`, { retryable })
}

function failed(said: string): StorageError {
  return new StorageError('FAILED', `tar failed: ${said.replace(/^tar: /, '')}`, { retryable: true })
}
