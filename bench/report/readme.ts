import type { Report } from './report.ts'
import { markdownTable } from './table.ts'
import { megabytes, type Table, tableOfAims, tableOfRatios, tablesOfKinds } from './tables.ts'

const begin = '<!-- results: written by npm run bench -->'
const end = '<!-- /results -->'

/** The text of bench/README.md, with what was found in the place of what was found before. */
export function withResults(readme: string, report: Report): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error('bench/README.md has lost the markers of its results')
  return `${readme.slice(0, from + begin.length)}\n${resultsOf(report)}\n${readme.slice(to)}`
}

function resultsOf(report: Report): string {
  const { date, machine, versions, settings, servers, leftOut, memory } = report
  const { snapshots, volumes, connections, rounds, seconds } = settings
  const number = new Intl.NumberFormat('en-GB')
  const last = memory.at(-1)
  return [
    `${date}, ${machine.cores} cores of ${machine.processor}, ${machine.memory} GiB, ${machine.system}. ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `${number.format(snapshots)} snapshots of ${number.format(volumes)} volumes, ${connections} connections, ${rounds} rounds of ${seconds} s.`,
    '![Requests a second, of those of the bare server](results.svg)',
    ...[tableOfAims(report), tableOfRatios(report)].map(section),
    ...(last ? [memoryOf(report)] : []),
    servers.map(({ name, what }) => `- \`${name}\`: ${what}.`).join('\n'),
    ...leftOut.map(({ name, why }) => `\`${name}\` is left out: ${why}.`),
    ...tablesOfKinds(report).map(section),
  ].join('\n\n')
}

/** At the start of the load, in its middle and at its end: whether it grows. */
function memoryOf({ memory }: Report): string {
  const some = [memory[0], memory[Math.floor(memory.length / 2)], memory.at(-1)]
  const told = some.flatMap((at) => (at ? [`${megabytes(at.bytes)} MB after ${at.seconds} s`] : []))
  return `Memory of the gateway under load of all kinds: ${told.join(', ')}.`
}

function section({ title, head, rows }: Table): string {
  return `### ${title}\n\n${markdownTable(head, rows)}`
}
