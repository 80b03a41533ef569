import type { Report } from './report.ts'
import { textTable } from './table.ts'
import { megabytes, type Table, tableOfAims, tableOfCpu, tableOfRatios, tablesOfKinds } from './tables.ts'

/** What is shown when a run has ended. */
export function forTerminal(report: Report, quick: boolean): string {
  const { leftOut, memory } = report
  const ofKinds = quick ? [tableOfCpu(report)] : tablesOfKinds(report)
  const tables = [...ofKinds, tableOfRatios(report), tableOfAims(report)]
  const last = memory.at(-1)
  return [
    ...tables.filter(({ rows }) => rows.length > 0).map(shown),
    ...(last ? [`Memory of the gateway after ${last.seconds} s of load: ${megabytes(last.bytes)} MB`] : []),
    ...leftOut.map(({ name, why }) => `${name} is left out: ${why}`),
    'Ratios are within a round; the median of the rounds, with the least and the greatest.',
  ].join('\n\n')
}

function shown({ title, head, rows }: Table): string {
  return `${title}\n\n${textTable(head, rows)}`
}
