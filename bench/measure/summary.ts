import type { Turn } from '../load/job.ts'
import type { Rounds } from './run-rounds.ts'

/** Of several rounds: the middle one, and how far the others are from it. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** How a server did with one kind of request, over all rounds. */
export interface Result {
  perSecond: Spread
  p50: number
  p99: number
  cpu: number | null
  memory: number | null
}

export function resultOf(rounds: Rounds, server: string): Result {
  const turns = rounds.flatMap((round) => round.get(server) ?? [])
  const of = (value: (turn: Turn) => number | null): number | null => {
    const values = turns.flatMap((turn) => value(turn) ?? [])
    return values.length === 0 ? null : spread(values).median
  }
  return {
    perSecond: spread(turns.map((turn) => turn.perSecond)),
    p50: of((turn) => turn.p50) ?? 0,
    p99: of((turn) => turn.p99) ?? 0,
    cpu: of((turn) => turn.cpu),
    memory: of((turn) => turn.memory),
  }
}

/** How many requests a server answered for each of another's, in the same round; null where one of them did not run. */
export function ratioOf(rounds: Rounds, server: string, to: string): Spread | null {
  const ratios = rounds.flatMap((round) => {
    const [one, other] = [round.get(server), round.get(to)]
    return one && other ? [one.perSecond / other.perSecond] : []
  })
  return ratios.length === 0 ? null : spread(ratios)
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}
