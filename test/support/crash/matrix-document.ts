import type { Found } from './run-case.ts'

const introduction = `# Crash matrix

The built program, killed by SIGKILL at every step of every operation, and started again. A test makes this table
([crash-matrix.test.ts](../test/long/crash-matrix.test.ts)) and fails where it finds anything else; after a change of
the steps, \`CRASH_MATRIX=write npm run test:long -- test/long/crash-matrix.test.ts\` writes it anew.

- **Steps** are found by running each operation once without a crash: the statements that change something, seen by a
  proxy in front of Postgres, and the calls that change files, read archives or run tar, seen in the storage process by
  a preloaded module. The program itself knows of neither. What only looks is no step: a crash around it leaves what
  the step before it has left.
- **Killed before** a statement: it never reached the server. **After**: the server has executed it (and committed it,
  outside of a transaction), and its answer never came back. Before and after a call on files, likewise. **In the
  middle**: of a write, half of the first piece was written; of reading, a part was read; of packing, tar was writing.
  At statements the gateway is killed, and its storage processes end by themselves; at files both are killed.
- **Then**: the rows and files that the crash left. **In the end**: after the restart, once nothing was in transition
  any more. **Attempts**: how many the work took, counted at the claim; a crash costs one.
- Whatever was killed, the test has seen that: an answered mutation was there, and an unanswered one wholly or not at
  all; the same mutation with the same idempotencyKey, sent again, was done once in all; each archive, copy and manifest
  was there exactly once or not at all, as its row said, had the row's size and checksum, and restored by plain tar to
  what the volume was; nothing else was in the folders; no row had failed, or had a lease or a time left. Then
  everything was removed, and nothing was left in the folders.
- Nothing here waits for the hourly sweep: what an attempt leaves, the next one, or the removal, deletes.
- The lease of a dead process lasts for up to 30 s. The test ends it, or this would take two hours; under "With the
  embedded database" it runs out by itself.
`

/** A part of the document: what was found of one operation. The same for the same findings. */
export function matrixSection(title: string, cases: readonly Found[]): string {
  const lines = cases.map(({ point, rows, files, end, attempts }) =>
    [point.step, point.when, rows ?? 'not looked at', files, end, attempts ?? '-'].join(' | '),
  )
  return `## ${title}

| step | killed | rows then | files then | in the end | attempts |
|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join('\n')}
`
}

/** The whole: its introduction, and the parts in their order. */
export function matrixDocument(sections: readonly string[]): string {
  return [introduction, ...sections].join('\n')
}

/** The parts of a document, by their titles. */
export function sectionsOf(document: string): Map<string, string> {
  const [, ...parts] = document.split('\n## ')
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), `## ${part.trimEnd()}\n`]))
}
