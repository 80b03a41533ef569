import type { Rounds } from '../measure/run-rounds.ts'
import { ratioOf, type Spread } from '../measure/summary.ts'
import type { Kind } from '../requests/kinds.ts'

/** What the project aims at: so many requests for each of another server's. Nothing fails where it is missed. */
interface Aim {
  kind: Kind
  server: string
  to: string
  atLeast: number
}

export interface ReachedAim extends Aim {
  reached: Spread
}

const plain = (kind: Kind, to: string, atLeast: number): Aim => ({ kind, server: 'gateway', to, atLeast })
const production = (kind: Kind): Aim => ({
  kind,
  server: 'gateway-production',
  to: 'gateway',
  atLeast: 0.85,
})

const aims: readonly Aim[] = [
  plain('Q1', 'mercurius', 1.2),
  plain('Q1', 'bare', 0.75),
  plain('Q2', 'mercurius', 1.6),
  plain('Q2', 'bare', 0.7),
  plain('Q3', 'mercurius', 1.6),
  plain('Q3', 'bare', 0.7),
  plain('Q4', 'bare', 0.6),
  production('Q1'),
  production('Q2'),
  production('Q3'),
  production('Q4'),
  production('Q5'),
]

/** The aims whose servers have run, and what was reached. */
export function reachedAims(rounds: ReadonlyMap<Kind, Rounds>): ReachedAim[] {
  return aims.flatMap((aim) => {
    const reached = ratioOf(rounds.get(aim.kind) ?? [], aim.server, aim.to)
    return reached ? [{ ...aim, reached }] : []
  })
}
