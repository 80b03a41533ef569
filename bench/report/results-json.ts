import { ratioOf, resultOf } from '../measure/summary.ts'
import { reachedAims } from './aims.ts'
import type { Report } from './report.ts'

/** What was found, for programs: the summaries, and each turn that they were made of. */
export function toJson({ rounds, servers, ...rest }: Report): string {
  const kinds = [...rounds].map(([kind, ofKind]) => [
    kind,
    servers.map(({ name }) => ({
      name,
      ofBare: ratioOf(ofKind, name, 'bare'),
      ofMercurius: ratioOf(ofKind, name, 'mercurius'),
      ...resultOf(ofKind, name),
      turns: ofKind.map((round) => round.get(name)),
    })),
  ])
  const results = { ...rest, servers, aims: reachedAims(rounds), kinds: Object.fromEntries(kinds) }
  return `${JSON.stringify(results, rounded, 2)}\n`
}

/** Four digits tell all that a measurement of this kind can. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}
