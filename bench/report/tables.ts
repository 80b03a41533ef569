import type { Rounds } from '../measure/run-rounds.ts'
import { ratioOf, resultOf, type Spread } from '../measure/summary.ts'
import { type Kind, titles } from '../requests/kinds.ts'
import { reachedAims } from './aims.ts'
import type { Report } from './report.ts'

/** A table, however it is written. */
export interface Table {
  title: string
  head: string[]
  rows: string[][]
}

/** Of each kind of request, how each server did. */
export function tablesOfKinds({ rounds, servers }: Report): Table[] {
  return [...rounds].map(([kind, ofKind]) => ({
    title: titleOf(kind),
    head: [
      'server',
      'of bare',
      'of mercurius',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'CPU µs/request',
      'memory MB',
    ],
    rows: servers.map(({ name }) => {
      const { perSecond, p50, p99, cpu, memory } = resultOf(ofKind, name)
      return [
        name,
        spreadOf(ratioOf(ofKind, name, 'bare')),
        spreadOf(ratioOf(ofKind, name, 'mercurius')),
        perSecond.median.toFixed(0),
        p50.toFixed(1),
        p99.toFixed(1),
        cpu?.toFixed(0) ?? '-',
        memory === null ? '-' : megabytes(memory),
      ]
    }),
  }))
}

/** Of each kind and server, its ratio alone. */
export function tableOfRatios(report: Report): Table {
  return tableOfEach(report, 'Requests a second, of those of bare', (ofKind, name) =>
    spreadOf(ratioOf(ofKind, name, 'bare')),
  )
}

/** Of each kind and server, the processor time of its processes: less disturbed by what else the machine does. */
export function tableOfCpu(report: Report): Table {
  return tableOfEach(
    report,
    'CPU of the server, microseconds a request',
    (ofKind, name) => resultOf(ofKind, name).cpu?.toFixed(0) ?? '-',
  )
}

function tableOfEach(
  { rounds, servers }: Report,
  title: string,
  cell: (ofKind: Rounds, server: string) => string,
): Table {
  return {
    title,
    head: ['server', ...rounds.keys()],
    rows: servers.map(({ name }) => [name, ...[...rounds.values()].map((ofKind) => cell(ofKind, name))]),
  }
}

export function tableOfAims({ rounds }: Report): Table {
  return {
    title: 'What the project aims at',
    head: ['', 'aim', 'reached', ''],
    rows: reachedAims(rounds).map(({ kind, server, to, atLeast, reached }) => [
      `${kind} ${server} of ${to}`,
      atLeast.toFixed(2),
      spreadOf(reached),
      reached.median >= atLeast ? 'yes' : 'no',
    ]),
  }
}

export function titleOf(kind: Kind): string {
  return `${kind}: ${titles[kind]}`
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

/** The median of the rounds, with the least and the greatest. */
function spreadOf(spread: Spread | null): string {
  if (spread === null) return '-'
  const { median, min, max } = spread
  return `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`
}
