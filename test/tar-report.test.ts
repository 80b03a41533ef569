import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StorageError } from '../src/storage/driver.ts'
import { createTarReport, type TarFlavor } from '../src/storage/vfs/tar-report.ts'

/** What a tar is judged by that said these lines. */
function judge(
  flavor: TarFlavor,
  status: number | null,
  lines: string[],
  signal: NodeJS.Signals | null = null,
) {
  const report = createTarReport(flavor)
  for (const line of lines) report.hear(`${line}\n`)
  return report.judge(status, signal)
}

const exit = 'tar: Exiting with failure status due to previous errors'
const denied = 'tar: ./a b: Cannot open: Permission denied'
const vanished = 'tar: ./d: Cannot open: No such file or directory'
const unreadable = {
  code: 'UNREADABLE',
  retryable: false,
  message: './a b cannot be read (Cannot open: Permission denied)',
}

describe('of GNU tar, no failure is', () => {
  it.each([
    [0, []],
    [0, ['tar: ./s: socket ignored']],
    [0, ['tar: ./f: Warning: Cannot llistxattrat: Operation not supported']],
    [1, ['tar: ./f: file changed as we read it']],
    [1, ['tar: ./f: File removed before we read it']],
    [1, ['tar: ./f: File shrank by 10 bytes; padding with zeros']],
    [2, [vanished, exit]],
    [2, ['tar: ./f: file changed as we read it', vanished, 'tar: ./s: socket ignored', exit]],
    [2, ['tar: ./was-a-folder: Cannot open: Not a directory', exit]],
    [2, ['tar: ./is-a-link-now: Cannot open: Too many levels of symbolic links', exit]],
    [2, ['tar: ./was-a-link: Cannot readlink: Invalid argument', exit]],
  ])('status %i with %j', (status, lines) => {
    expect(judge('gnu', status, lines)).toEqual(lines)
  })
})

describe('of GNU tar, a failure is', () => {
  it.each([
    ['a file that may not be read', [denied, exit], unreadable],
    ['one behind files that changed', ['tar: ./f: file changed as we read it', denied, exit], unreadable],
    [
      'one whose name says that it is a warning',
      ['tar: ./x\\: Warning\\: Cannot acl: Cannot open: Permission denied', vanished, exit],
      {
        code: 'UNREADABLE',
        retryable: false,
        message: './x: Warning: Cannot acl cannot be read (Cannot open: Permission denied)',
      },
    ],
    [
      'a disk that does not read',
      ['tar: ./f: Read error at byte 0, while reading 512 bytes: Input/output error'],
      {
        code: 'UNREADABLE',
        retryable: false,
        message: expect.stringMatching(/^\.\/f cannot be read \(Read error/),
      },
    ],
    [
      'a file server that was away',
      ['tar: ./f: Cannot open: Stale file handle', exit],
      { code: 'UNREADABLE', retryable: true, message: './f cannot be read (Cannot open: Stale file handle)' },
    ],
    [
      'what is not known',
      ['tar: Unexpected thing', exit],
      { code: 'FAILED', retryable: true, message: 'tar failed: Unexpected thing' },
    ],
    ['a pipe that broke', ['tar: -: Cannot write: Broken pipe', exit], { code: 'FAILED', retryable: true }],
    [
      'status 2 without a reason',
      [exit],
      { code: 'FAILED', retryable: true, message: 'tar failed: ended by status 2' },
    ],
  ])('%s', (_, lines, failure) => {
    expect(() => judge('gnu', 2, lines)).toThrow(expect.objectContaining(failure))
  })

  it('a signal, whatever was said', () => {
    expect(() => judge('gnu', null, [vanished], 'SIGKILL')).toThrow(
      expect.objectContaining({ code: 'FAILED', retryable: true, message: 'tar failed: ended by SIGKILL' }),
    )
  })

  it('one unreadable file among any number that vanished or changed, in any pieces', () => {
    const harmless = fc.constantFrom(
      vanished,
      'tar: ./f: file changed as we read it',
      'tar: ./s: socket ignored',
    )
    const before = fc.array(harmless, { maxLength: 3000 })
    fc.assert(
      fc.property(before, before, fc.integer({ min: 1, max: 5000 }), (first, last, piece) => {
        const said = `${[...first, denied, ...last, exit].join('\n')}\n`
        const report = createTarReport('gnu')
        for (let at = 0; at < said.length; at += piece) report.hear(said.slice(at, at + piece))
        expect(() => report.judge(2, null)).toThrow(expect.objectContaining(unreadable))
      }),
      { numRuns: 50 },
    )
  })
})

describe('of bsdtar', () => {
  it('status 1 is a failure, which it gives for everything', () => {
    const error = (...lines: string[]) => {
      try {
        judge('bsd', 1, lines)
      } catch (thrown) {
        return thrown as StorageError
      }
      return null
    }
    const delayed = 'bsdtar: Error exit delayed from previous errors.'
    expect(error("bsdtar: Can't open `secret': Permission denied", delayed)).toMatchObject({
      code: 'UNREADABLE',
      retryable: false,
      message: 'secret cannot be read (Permission denied)',
    })
    expect(error('bsdtar: something else', delayed)).toMatchObject({ code: 'FAILED', retryable: true })
    expect(error(delayed)).toMatchObject({ code: 'FAILED' })
  })

  it('but not where all that happened is that files vanished or grew', () => {
    const lines = [
      'bsdtar: ./f: Cannot stat: No such file or directory',
      'bsdtar: f: Truncated write; file may have grown while being archived',
    ]
    expect(judge('bsd', 1, lines)).toEqual(lines)
  })
})

it('of a million lines a few are kept', () => {
  const report = createTarReport('gnu')
  for (let n = 0; n < 1000; n++) report.hear(`${vanished}\n`.repeat(1000))
  expect(report.judge(2, null)).toHaveLength(20)
})
