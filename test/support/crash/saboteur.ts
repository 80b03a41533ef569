import { appendFileSync } from 'node:fs'
import type { StatementWatch } from './statement-proxy.ts'
import { claim, commit, stepOf } from './statement-steps.ts'
import type { Point } from './steps.ts'

/** Watches the statements of the program, and strikes at one of them. */
export interface Saboteur extends StatementWatch {
  /** From now on appends the step of each statement to a file. */
  trace(file: string): void
  /** Strikes at this statement from now on. */
  strikeAt(target: Target): void
  /** Strikes no more. Throws where a statement came that has no name. */
  stop(): void
}

export interface Target {
  point: Point
  /** What follows the mutation's commit is struck once this is settled. */
  answered: () => Promise<unknown>
  /** The commits after which the work can be claimed. */
  commitsBeforeClaim: number
}

export function createSaboteur(strike: () => void): Saboteur {
  let target: Target | null = null
  let traceFile: string | null = null
  let nameless: unknown = null
  /** How often each step came so far. */
  let seen = new Map<string, number>()

  const watches = () => target !== null || traceFile !== null
  const nameOf = (statement: string): string | null => {
    try {
      return watches() ? stepOf(statement) : null
    } catch (error) {
      nameless = error
      return null
    }
  }
  const count = (name: string) => seen.get(name) ?? 0
  const stepNow = (name: string) => (count(name) > 1 ? `${name} (${count(name)})` : name)
  const isTarget = (step: string, when: Point['when']) =>
    target?.point.step === step && target.point.when === when
  const isAccepted = () => count(commit) > 0
  const isClaimable = () => count(commit) >= (target?.commitsBeforeClaim ?? 0)
  const hold = (): 'hold' => {
    // What follows the mutation is struck with the mutation acknowledged, each time.
    if (isAccepted() && target?.point.step !== commit) void target?.answered().then(strike)
    else strike()
    return 'hold'
  }

  return {
    before: (statement) => {
      const name = nameOf(statement)
      if (name === null) return 'pass'
      // Claims come all the time: only those that find a row are steps, which is known afterwards.
      if (name === claim && isClaimable() && isTarget(claim, 'before')) return hold()
      // None takes the row between its commit and the strike.
      if (name === claim) return count(commit) > 0 && isTarget(stepNow(commit), 'after') ? 'hold' : 'pass'
      seen.set(name, count(name) + 1)
      return isTarget(stepNow(name), 'before') ? hold() : 'pass'
    },
    after: (statement, { rows }) => {
      const name = nameOf(statement)
      if (name === null || (name === claim && rows === 0)) return 'pass'
      if (name === claim) seen.set(claim, count(claim) + 1)
      if (traceFile) appendFileSync(traceFile, `${stepNow(name)}\n`)
      return isTarget(stepNow(name), 'after') ? hold() : 'pass'
    },
    trace: (file) => {
      seen = new Map()
      traceFile = file
    },
    strikeAt: (next) => {
      seen = new Map()
      target = next
    },
    stop: () => {
      target = null
      traceFile = null
      if (nameless !== null) throw nameless
    },
  }
}
